// Level cards are radio inputs; the figures 1-5 choose a level and 0 is "not observed".
(() => {
  document.addEventListener("keydown", (event) => {
    if (!/^[0-5]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("textarea, select, input:not([type=radio])")) return;
    const group = event.target.closest("[data-levels]");
    if (!group) return;
    const choice = group.querySelector(`input[type=radio][data-key="${event.key}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
