// Cards of a board move by drag, by Alt + arrow keys, or by the one "Move to…" dialog. Every move is sent:
// the server says why one is not possible. No listener a card; without script a card's link leads to its page.
(() => {
  const NO_OPTION = "00000000-0000-0000-0000-000000000000";
  const board = () => document.getElementById("board");
  const mover = () => document.getElementById("mover");
  const cardAt = (event) => event.target.closest?.("[data-card]");
  const stageOf = (card) => card.closest("[data-stage]");
  const movable = (card) => card && card.dataset.version;
  const announce = (words) => document.dispatchEvent(new CustomEvent("announce", { detail: words }));
  let dragged = null;
  let over = null;
  let chosen = null;
  let across = 0;

  const send = (card, to) => {
    if (!movable(card) || card.getAttribute("aria-busy") === "true") return;
    card.setAttribute("aria-busy", "true");
    const address = board().dataset.moves.replace(NO_OPTION, card.dataset.card);
    window.htmx
      .ajax("POST", address, {
        source: card,
        target: "#board",
        swap: "outerHTML",
        values: { to, version: card.dataset.version },
      })
      .finally(() => card.removeAttribute("aria-busy"));
  };

  const mark = (column) => {
    if (over === column) return;
    over?.removeAttribute("data-over");
    column?.setAttribute("data-over", "");
    over = column;
  };

  document.addEventListener("dragstart", (event) => {
    dragged = movable(cardAt(event)) ? cardAt(event) : null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.card);
    dragged.setAttribute("data-dragged", "");
  });

  document.addEventListener("dragend", () => {
    dragged?.removeAttribute("data-dragged");
    dragged = null;
    mark(null);
  });

  document.addEventListener("dragover", (event) => {
    if (!dragged) return;
    const column = event.target.closest("[data-stage]");
    if (column) event.preventDefault();
    mark(column);
  });

  document.addEventListener("drop", (event) => {
    const column = dragged && event.target.closest("[data-stage]");
    if (!column) return;
    event.preventDefault();
    if (column !== stageOf(dragged)) send(dragged, column.dataset.stage);
  });

  // A card that was put aside goes back by the left key to where it came from.
  const beside = (card, step) => {
    const columns = [...board().querySelectorAll(".board > [data-stage]")];
    const here = columns.indexOf(stageOf(card));
    if (here < 0) return step < 0 ? card.dataset.to || columns[0].dataset.stage : "";
    return columns[here + step]?.dataset.stage || "";
  };

  const undoByKey = (event) => {
    const toast = document.querySelector("#toasts form");
    const writing = event.target.closest("input, textarea, select");
    if (!toast || writing || event.key.toLowerCase() !== "z" || event.shiftKey) return;
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    toast.requestSubmit();
  };

  document.addEventListener("keydown", (event) => {
    if (!board()) return;
    undoByKey(event);
    const card = cardAt(event);
    if (!movable(card) || !event.altKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    const step = event.key === "ArrowRight" ? 1 : -1;
    const to = beside(card, step);
    if (to) send(card, to);
    else announce(step > 0 ? board().dataset.last : board().dataset.first);
  });

  const open = (card) => {
    const allowed = (card.dataset.to || stageOf(card).dataset.to).split(" ");
    mover().querySelector("[data-mover-card]").textContent = card.getAttribute("aria-label");
    for (const button of mover().querySelectorAll("[data-move-to]")) {
      button.hidden = !allowed.includes(button.dataset.moveTo);
    }
    chosen = card;
    mover().showModal();
  };

  document.addEventListener("click", (event) => {
    const card = event.target.closest("[data-mover]") && cardAt(event);
    if (card && mover()?.showModal && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open(card);
    }
    const to = event.target.closest("[data-move-to]");
    if (to && chosen) {
      mover().close();
      send(chosen, to.dataset.moveTo);
    }
  });

  // The columns stay scrolled as they were when the board comes back.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id === "board") across = event.detail.target.querySelector(".board")?.scrollLeft || 0;
  });
  document.addEventListener("htmx:afterSwap", () => {
    const columns = across && board()?.querySelector(".board");
    if (columns) columns.scrollLeft = across;
    across = 0;
  });
})();
