// Talking over ratings by keyboard: arrows go from item to item; figures choose a level inside the form (levels.js).
(() => {
  const typing = (target) => target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;

  const step = (event) => {
    const link = document.querySelector(event.key === "ArrowLeft" ? "[data-previous]" : "[data-next]");
    if (!link) return;
    event.preventDefault();
    link.click();
  };

  const move = (event) => {
    const items = [...document.querySelectorAll("[data-item]")];
    if (!items.length) return;
    const at = items.indexOf(document.activeElement);
    const to = event.key === "ArrowDown" ? at + 1 : at < 0 ? items.length - 1 : at - 1;
    if (to < 0 || to >= items.length) return;
    event.preventDefault();
    items[to].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (!plain(event) || event.defaultPrevented || typing(event.target)) return;
    if (event.target.matches("input[type=radio], summary")) return;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") step(event);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") move(event);
  });
})();
