// Everything here adds to pages that already work without it.
import { initAll } from "./govuk-frontend.min.js";

initAll();

// Leaving must not leave a way back: replace this page in the history and hide it at once, before the next one loads.
for (const link of document.querySelectorAll("[data-leave]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    document.title = " ";
    location.replace(link.href);
  });
}

// Printing needs a script, so its button is hidden until there is one.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
