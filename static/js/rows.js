// Rows of a form grow while they are filled: [data-rows] names the set and ends in a <template> of one row.
// data-rows-most says how many there may be. A form asks for another one by "rows:more" (prevented where it came).
(() => {
  const add = (rows) => {
    const form = rows.closest("form");
    const total = form.elements[`${rows.dataset.rows}-TOTAL_FORMS`];
    if (Number(total.value) >= Number(rows.dataset.rowsMost)) return false;
    const blank = rows.querySelector("template");
    const made = document.createElement("template");
    made.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
    rows.insertBefore(made.content, blank);
    total.value = Number(total.value) + 1;
    return true;
  };

  document.addEventListener("input", (event) => {
    const rows = event.target.closest("[data-rows]");
    if (!rows) return;
    const last = [...rows.children].filter((row) => row.tagName !== "TEMPLATE").at(-1);
    if (last && last.contains(event.target) && event.target.value) add(rows);
  }, true);

  document.addEventListener("rows:more", (event) => {
    const rows = event.target.querySelector("[data-rows]");
    if (rows && add(rows)) event.preventDefault();
  }, true);
})();
