// Talking over ratings by keyboard: figures choose a level wherever no words are typed, arrows go from item to item.
(() => {
  const typing = (target) => target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;

  const choose = (event) => {
    const choice = document.querySelector(`[data-everywhere] input[type=radio][data-key="${event.key}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  };

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
    if (/^[0-5]$/.test(event.key)) choose(event);
    else if (event.target.matches("input[type=radio], summary")) return;
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") step(event);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") move(event);
  });
})();
