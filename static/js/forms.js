// A form is sent once; a page with typed words asks before it is left; drafts count their letters.
// Words that autosave.js keeps in this tab go once they were sent, and all of them when somebody signs out.
(() => {
  const sent = new WeakSet();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    form.removeAttribute("data-dirty");
    for (const button of form.querySelectorAll("[type=submit], button:not([type])")) button.setAttribute("aria-disabled", "true");
    window.setTimeout(() => free(form), 8000);
  });

  const KEPT = "autosave:";

  const forget = (over) => {
    try {
      for (const key of Object.keys(window.sessionStorage)) {
        if (key.startsWith(KEPT) && over(key)) window.sessionStorage.removeItem(key);
      }
    } catch { /* Nothing is kept then. */ }
  };

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-signs-out]")) forget(() => true);
  });

  // Sent, and the next page is of somebody signed in, neither shows the form again nor gives the words back: they have
  // arrived. Any other page says that they have not, and they are kept.
  const shown = (key) => [...document.querySelectorAll("form[data-autosave]")]
    .map((form) => new URL(form.action, window.location.href))
    .some((address) => key.endsWith(`:${address.pathname}${address.search}`));

  const settle = (key) => {
    const copy = JSON.parse(window.sessionStorage.getItem(key));
    if (!copy.sent || shown(key)) return false;
    if (document.querySelector("[data-signs-out]") && !document.querySelector("[data-typed]")) return true;
    window.sessionStorage.setItem(key, JSON.stringify({ ...copy, sent: false }));
    return false;
  };

  document.addEventListener("DOMContentLoaded", () => forget(settle));

  const free = (form) => {
    sent.delete(form);
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  };

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt && event.detail.elt.closest("form");
    if (form) free(form);
  });

  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(free));

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) form.dataset.dirty = "";
  });

  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const control = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea");
    (control || field).focus();
    field.scrollIntoView({ block: "center" });
  });

  // A filter form with data-auto-submit sends itself when a choice changes.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (form) form.requestSubmit();
  });
})();
