// Everything here adds to pages that already work without it.
import { initAll } from "./govuk-frontend.min.js";

initAll();

// Leaving must not leave a way back: replace this page in the history and hide it at once, before the next one loads.
// The tab gets a title that says nothing, in case somebody looks at it meanwhile.
const way = document.querySelector("[data-leave]");
const leave = () => {
  document.title = "New tab";
  document.documentElement.hidden = true;
  location.replace(way.href);
};
way?.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

// Shift three times within two seconds does the same: hands need not leave the keyboard. Nothing is kept in the browser.
let presses = [];
document.addEventListener("keydown", (event) => {
  if (event.repeat) return;
  if (event.key !== "Shift") {
    presses = [];  // Shift and a letter is writing
    return;
  }
  presses = [...presses.slice(-2), event.timeStamp];
  if (way && presses.length === 3 && event.timeStamp - presses[0] <= 2000) leave();
});

// Printing needs a script, so its button is hidden until there is one.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
