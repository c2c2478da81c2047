// Cards of a board move by drag or by Alt + arrow keys; both send the card's own "Move to…" form.
(() => {
  const send = (card, stage) => {
    const form = card.querySelector("form[data-move]");
    const select = form && form.elements.to;
    if (!select || ![...select.options].some((option) => option.value === stage)) return false;
    select.value = stage;
    form.requestSubmit();
    return true;
  };

  const clear = () => document.querySelectorAll("[data-over]").forEach((column) => column.removeAttribute("data-over"));
  let dragged = null;

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-card]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.id);
    dragged.setAttribute("data-dragged", "");
  });

  document.addEventListener("dragend", () => {
    if (dragged) dragged.removeAttribute("data-dragged");
    dragged = null;
    clear();
  });

  document.addEventListener("dragover", (event) => {
    const column = dragged && event.target.closest("[data-stage]");
    if (!column) return;
    event.preventDefault();
    clear();
    column.setAttribute("data-over", "");
  });

  document.addEventListener("drop", (event) => {
    const column = dragged && event.target.closest("[data-stage]");
    if (!column) return;
    event.preventDefault();
    if (!column.contains(dragged)) send(dragged, column.dataset.stage);
  });

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const card = event.target.closest("[data-card]");
    if (!card) return;
    const stages = [...document.querySelectorAll("[data-stage]")];
    const here = stages.findIndex((column) => column.contains(card));
    const step = event.key === "ArrowRight" ? 1 : -1;
    for (let i = here + step; i >= 0 && i < stages.length; i += step) {
      if (send(card, stages[i].dataset.stage)) break;
    }
    event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-move]");
    if (form && event.target.name === "to" && form.hasAttribute("data-move-now")) form.requestSubmit();
  });
})();
