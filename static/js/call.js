/* The interviewer's script: a question that waits for an answer shows once that answer is chosen.
   data-after on a question: the field it waits for; data-brings: the answers that bring it up, by spaces.
   What was chosen in a hidden question stays there, should the talk go back; the server keeps only what applies. */

const script = document.querySelector(".call-script");

function bringUp() {
  const mark = script.querySelector("[name=score]:checked")?.dataset.mark;
  const asked = new Set();
  for (const question of script.querySelectorAll("[data-question]")) {
    const { question: name, for: marks, after, brings } = question.dataset;
    const chosen = asked.has(after) ? [...script.querySelectorAll(`[name="${CSS.escape(after)}"]:checked`)] : [];
    question.hidden = Boolean(after) && !chosen.some((answer) => brings.split(" ").includes(answer.value));
    if (!question.hidden && (!marks || marks.split(" ").includes(mark))) asked.add(name);
  }
}

script.addEventListener("change", bringUp);
bringUp();
