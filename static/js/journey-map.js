/* The journey's map: the card whose details are shown is marked on the map and in the matrix, and its details come into view.
   Without script the links load the page anew and do the same. */

document.body.addEventListener("htmx:afterSwap", () => {
  const chosen = document.querySelector("[data-journey-chosen]");
  if (!chosen) return;
  const id = chosen.dataset.journeyChosen;
  for (const card of document.querySelectorAll("[data-journey-card]")) {
    if (card.dataset.journeyCard === id) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
  }
  for (const bubble of document.querySelectorAll("[data-journey-bubble]")) {
    bubble.toggleAttribute("data-chosen", bubble.dataset.journeyBubble === id);
  }
  document.querySelector("[data-journey-said]").textContent = chosen.dataset.journeyAnnounce;
  chosen.scrollIntoView({ block: "nearest", behavior: "smooth" });
});
