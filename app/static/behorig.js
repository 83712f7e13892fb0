/* Small comforts. Every page works without this file. */
(() => {
  "use strict";

  // The error summary takes focus, also in browsers that ignore autofocus outside form fields.
  document.querySelector("[data-focus]")?.focus();

  // How many characters are left.
  for (const count of document.querySelectorAll("[data-count-for]")) {
    const field = document.getElementById(count.dataset.countFor);
    const limit = Number(field?.maxLength);
    if (!field || limit < 1) continue;
    const show = () => {
      const left = limit - field.value.length;
      count.textContent = `${Math.abs(left)} ${left < 0 ? count.dataset.countOver : count.dataset.countLeft}`;
    };
    field.addEventListener("input", show);
    show();
  }

  // An open menu closes with Escape and gives focus back to its button.
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Links of an error summary put the cursor in the field, not only in view.
  document.querySelector(".error-summary")?.addEventListener("click", (event) => {
    const target = document.getElementById(event.target.hash?.slice(1));
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.scrollIntoView({ block: "center" });
  });
})();
