"""English voices."""

VOICES = {
    "installation": {
        "promoter": [
            "The engineer came when he said he would and tidied up after himself.",
            "Online within the hour. Brilliant.",
            "She moved the router so that the back bedroom gets a signal too.",
            "They came on a Saturday because weekdays were no good for me.",
        ],
        "passive": [
            "Fine in the end, but I waited in all morning.",
            "Good work; the appointment was moved once.",
            "Nice engineer, wrong part. Came back the next day.",
        ],
        "detractor": [
            "Three engineers in a week and I still have no internet.",
            "Took a day off and nobody turned up.",
            "Eleven days waiting and a new date every time I ring.",
            "They left a hole in the wall and the router dangling.",
        ],
    },
    "billing": {
        "promoter": [
            "The bill makes sense and matches what I was quoted.",
            "They spotted a double charge before I did and refunded it.",
            "At last, a bill on one page.",
        ],
        "passive": [
            "The bill is fine, it just arrives late.",
            "I can't find the call details on the new bill.",
            "Good, though the discount could last longer.",
        ],
        "detractor": [
            "The bill goes up every month and nobody can tell me why.",
            "Charged 45 euros for moving house. Nobody mentioned it.",
            "I'm still paying for something I cancelled in March.",
            "I can't make head or tail of the new bill.",
            "Charged twice and still waiting for the refund.",
        ],
    },
    "support": {
        "promoter": [
            "Rang late at night and they stayed on until it worked.",
            "Sorted in one call.",
            "The person I spoke to really knew her stuff.",
            "Chat took five minutes and I didn't have to repeat myself.",
        ],
        "passive": [
            "Fixed, but I had to explain it twice.",
            "Helpful people, twenty minutes of music first.",
            "A message when it was done would have been nice.",
        ],
        "detractor": [
            "Nobody calls back.",
            "Forty minutes on hold, then cut off.",
            "Every call starts from scratch.",
            "Passed round four departments and then cut off.",
            "My ticket has been “in progress” for a fortnight.",
        ],
    },
    "store": {
        "promoter": ["The shop found me a cheaper plan than the one I came in for.", "In and out in ten minutes."],
        "passive": ["Friendly, but only one person serving.", "Had to come back with a utility bill."],
        "detractor": [
            "Queued for an hour to be told to ring up instead.",
            "The shop says one thing, the phone line another.",
        ],
    },
    "speed": {
        "promoter": ["I work from home and it hasn't dropped once.", "I get the speed I pay for."],
        "passive": [
            "Slows a little in the evening but does the job.",
            "The fibre is good, your router's wifi less so.",
        ],
        "detractor": ["Drops every afternoon at the same time.", "I pay for a gigabit and get two hundred."],
    },
    "price": {
        "promoter": ["Fair price and no nasty surprise after a year."],
        "passive": ["Good price, though new customers get better."],
        "detractor": ["Loyal customers pay more than new ones.", "Two price rises this year."],
    },
    "app": {
        "promoter": ["Changed my plan in the app in two minutes."],
        "passive": ["The app is useful but asks for my password every time."],
        "detractor": ["The app falls over whenever I open the bill."],
    },
    "energy": {
        "promoter": ["Smart meter readings, no estimates."],
        "passive": ["Fine, but I never know which rate I'm on."],
        "detractor": ["Four months of estimated readings.", "Two days without power and not a word of explanation."],
    },
}
TAILS = {
    "promoter": ["Thank you.", "Keep it up.", "I tell all my neighbours."],
    "passive": ["Otherwise fine.", "Room for improvement."],
    "detractor": ["Please call me.", "I'm leaving if this goes on.", "Not the first time.", "And I pay for this."],
}
