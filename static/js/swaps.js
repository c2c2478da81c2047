// After a panel is exchanged: keep the focus, say what happened, show that work is under way.
(() => {
  const body = () => document.body;
  const announcer = () => document.getElementById("announcer");
  let running = 0;

  const busy = (change) => {
    running = Math.max(0, running + change);
    const bar = document.querySelector("[data-progress-top]");
    if (bar) bar.toggleAttribute("data-busy", running > 0);
  };

  const announce = (words) => {
    if (!announcer() || !words) return;
    announcer().textContent = "";
    window.setTimeout(() => { announcer().textContent = words; }, 60);
  };

  const focusOn = (element) => {
    if (!element.matches("a, button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus({ preventScroll: false });
  };

  const say = (words) => {
    const toasts = document.getElementById("toasts");
    if (!toasts || !words) return;
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.setAttribute("role", "alert");
    const line = document.createElement("p");
    line.textContent = words;
    toast.append(line);
    toasts.replaceChildren(toast);
    window.setTimeout(() => toast.remove(), 10000);
  };

  // A drawing wider than the screen begins where today is.
  const showToday = (root) => {
    for (const frame of root.querySelectorAll("[data-show-x]")) {
      frame.scrollLeft = (frame.dataset.showX / frame.dataset.of) * frame.scrollWidth - frame.clientWidth / 2;
    }
  };

  const watchToasts = (root) => {
    for (const toast of root.querySelectorAll("[data-toast]:not([data-timed])")) {
      toast.dataset.timed = "";
      const seconds = Number(toast.dataset.toast) || 10;
      const leave = () => {
        if (toast.matches(":hover, :focus-within")) window.setTimeout(leave, 2000);
        else toast.remove();
      };
      window.setTimeout(leave, seconds * 1000);
    }
  };

  document.addEventListener("htmx:beforeRequest", () => busy(1));
  document.addEventListener("htmx:afterRequest", () => busy(-1));
  document.addEventListener("htmx:sendError", () => say(body().dataset.failed));
  document.addEventListener("htmx:timeout", () => say(body().dataset.failed));
  document.addEventListener("htmx:responseError", () => say(body().dataset.refused));
  document.addEventListener("announce", (event) => announce(event.detail && (event.detail.value || event.detail)));

  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.elt;
    if (!target || !target.isConnected) return;
    const spoken = target.querySelector("[data-announce]");
    if (spoken) announce(spoken.dataset.announce || spoken.textContent.trim());
    const wanted = target.querySelector("[data-error-summary], [data-focus]");
    if (wanted) focusOn(wanted);
    else if (document.activeElement === body() && !event.detail.requestConfig?.elt?.hasAttribute("data-poll")) {
      const heading = target.matches("h1, h2, h3") ? target : target.querySelector("h1, h2, h3");
      if (heading) focusOn(heading);
    }
    watchToasts(document);
    showToday(target);
  });

  document.addEventListener("DOMContentLoaded", () => {
    showToday(document);
    watchToasts(document);
    const summary = document.querySelector("[data-error-summary]");
    if (summary) focusOn(summary);
  });
})();
