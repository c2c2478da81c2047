// Today is answered in place: a button that is one press, and a form that opens below its line.
//
// form[data-in-place] is sent from here. a[data-opens] names the box below the line; what is marked data-answer on
// the page of the link is put into it, with that page's own styles and modules, and its forms are sent from here.
// An answer 409 or 422 comes back into the box with what was typed; after any other the list is drawn anew, the
// focus goes to the line that comes next, and the page's status says what happened. Without script all of them are
// plain links and forms.
(() => {
  const WHOLE = ["today", "today-lead", "work"];
  const list = () => document.querySelector("[data-today]");

  const read = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");

  const say = (words) => {
    const toasts = document.getElementById("toasts");
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.setAttribute("role", "alert");
    toast.append(Object.assign(document.createElement("p"), { textContent: words }));
    toasts.replaceChildren(toast);
    window.setTimeout(() => toast.remove(), 10000);
  };

  const busy = (on) => document.querySelector("[data-progress-top]")?.toggleAttribute("data-busy", on);

  // What the page brought along and this one has not got: its sheets of style and its modules.
  const bring = (page) => {
    for (const sheet of page.querySelectorAll("link[rel=stylesheet]")) {
      const address = sheet.getAttribute("href");
      if (!document.querySelector(`link[href="${CSS.escape(address)}"]`)) {
        document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: address }));
      }
    }
    for (const script of page.querySelectorAll("head script[src]")) {
      const address = script.getAttribute("src");
      if (!document.querySelector(`script[src="${CSS.escape(address)}"]`)) {
        document.head.append(Object.assign(document.createElement("script"), { src: address, async: false }));
      }
    }
  };

  const fill = (box, page, address) => {
    const parts = [...page.querySelectorAll("[data-answer]")];
    if (!parts.length) return false;
    bring(page);
    const close = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-small btn-link", textContent: list().dataset.close });
    close.dataset.closeAnswer = "";
    box.replaceChildren(...parts.map((part) => document.importNode(part, true)), close);
    for (const form of box.querySelectorAll("form")) {
      if (!form.getAttribute("action")) form.setAttribute("action", address);
      form.dataset.inPlace = "";
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "from", value: "today" }));
    }
    // Here one closes where the page would lead back.
    for (const cancel of box.querySelectorAll(".form-actions > a.btn-link")) cancel.remove();
    for (const link of box.querySelectorAll("a[href]")) link.href = new URL(link.getAttribute("href"), address).href;
    box.hidden = false;
    box.dataset.address = address;
    document.dispatchEvent(new CustomEvent("autosave:look"));
    return true;
  };

  const focusIn = (box) => {
    const summary = box.querySelector("[data-error-summary]");
    const field = box.querySelector("input:not([type=hidden]), textarea, select, button");
    const wanted = summary || field;
    if (summary) summary.tabIndex = -1;
    wanted?.focus();
  };

  const opener = (box) => document.querySelector(`[data-opens="${box.id}"]`);

  const shut = (box) => {
    box.hidden = true;
    box.replaceChildren();
    opener(box)?.setAttribute("aria-expanded", "false");
  };

  const begun = (box) => box.querySelector("[data-dirty], [data-autosave-dirty]");

  const open = async (link) => {
    const box = document.getElementById(link.dataset.opens);
    if (!box.hidden) {
      shut(box);
      return;
    }
    // One at a time; what somebody has begun to write stays.
    for (const other of document.querySelectorAll(".line-answer:not([hidden])")) if (!begun(other)) shut(other);
    busy(true);
    try {
      const response = await fetch(link.href);
      if (!response.ok || !fill(box, await read(response), link.href)) {
        window.location.assign(link.href);
        return;
      }
      link.setAttribute("aria-expanded", "true");
      focusIn(box);
    } catch {
      window.location.assign(link.href);
    } finally {
      busy(false);
    }
  };

  // The list as it is now; the line that took the place of the answered one gets the focus.
  const drawAnew = async (page, place) => {
    const today = page.getElementById("today") ? page : await read(await fetch(window.location.pathname));
    for (const id of WHOLE) {
      const fresh = today.getElementById(id);
      const old = document.getElementById(id);
      if (fresh && old) old.replaceWith(document.importNode(fresh, true));
    }
    const lines = [...document.querySelectorAll("[data-line-focus]")];
    const heading = document.getElementById("today-title");
    heading.tabIndex = -1;
    (lines[Math.min(place, lines.length - 1)] || heading).focus();
    tell(page.getElementById("messages")?.children.length ? page : today);
  };

  // The status is there all the time; only its words change, so that they are read out.
  const tell = (page) => {
    const said = page.getElementById("messages");
    const here = document.getElementById("messages");
    if (said && here) here.replaceChildren(...[...said.children].map((each) => document.importNode(each, true)));
  };

  const refused = (page) => page.querySelector("main [role=alert], .page-lead")?.textContent.trim();

  const send = async (form, button) => {
    const box = form.closest(".line-answer");
    const line = form.closest("[data-line]");
    const place = [...document.querySelectorAll("[data-line]")].indexOf(line);
    const data = new FormData(form, button);
    busy(true);
    try {
      const response = await fetch(form.action, { method: "POST", body: data });
      const page = await read(response);
      if (page.querySelector("input[name=password]")) say(list().dataset.signedOut);
      else if (response.ok) await drawAnew(page, Math.max(place, 0));
      else if (box && [409, 422].includes(response.status) && fill(box, page, box.dataset.address)) focusIn(box);
      else say((response.status === 409 && refused(page)) || document.body.dataset.refused);
    } catch {
      say(document.body.dataset.failed);
    } finally {
      busy(false);
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-opens]");
    const close = event.target.closest("[data-close-answer]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      open(link);
    }
    if (close) {
      const box = close.closest(".line-answer");
      opener(box)?.focus();
      shut(box);
    }
  });

  document.addEventListener("keydown", (event) => {
    const box = event.key === "Escape" && event.target.closest?.(".line-answer");
    if (!box || begun(box)) return;
    opener(box)?.focus();
    shut(box);
  });

  // Before the module that sends a form once sees it: this one is never left.
  let under = null;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-in-place]")) return;
    event.preventDefault();
    if (under === form) return;
    under = form;
    send(form, event.submitter).finally(() => { under = null; });
  }, true);

  document.addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll("[data-opens]")) link.setAttribute("aria-expanded", "false");
  });
})();
