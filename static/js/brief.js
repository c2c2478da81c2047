// A draft that two people write: every few seconds this page says where its reader is and hears what is new.
//
// It posts to the address in data-brief what it shows of each section, and gets JSON:
//   {closed}   this version is not written on any more; said on top of the page
//   {seen, standing, margins, sections}   the card beside the page, the margins, and the sections saved meanwhile
// A section that holds words of its own that are not saved yet is left alone: saving it shows both texts.
// A form with data-after-saves is sent once everything typed is saved.
(() => {
  const EVERY = 12000;
  const SOON = 300;
  const MOST_WAIT = 8000;

  const start = (sheet) => {
    let here = "";
    let timer = 0;
    let telling = null;
    let closed = false;

    const sections = () => [...sheet.querySelectorAll("[data-section]")];
    const formOf = (section) => section.querySelector("form[data-autosave]");
    const editOf = (section) => Number(formOf(section)?.elements.version.value ?? section.dataset.shown ?? 0);

    const body = () => {
      const told = new URLSearchParams({ number: sheet.dataset.number, section: here });
      told.set("csrfmiddlewaretoken", sheet.querySelector("[name=csrfmiddlewaretoken]").value);
      for (const section of sections()) told.append("shown", `${section.dataset.section}.${editOf(section)}`);
      return told;
    };

    const ask = async () => {
      try {
        const response = await fetch(sheet.dataset.brief, { method: "POST", body: body(), redirect: "manual" });
        if (response.ok) apply(await response.json());
      } catch { /* Without connection nobody is seen; the sections say what is not saved. */ }
    };

    const tell = () => {
      window.clearTimeout(timer);
      if (closed) return Promise.resolve();
      telling = telling || ask().finally(() => {
        telling = null;
        if (!document.hidden) soon(EVERY);
      });
      return telling;
    };

    const soon = (wait) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(tell, wait);
    };

    const apply = (news) => {
      if (news.closed) {
        close(news.closed);
        return;
      }
      const all = Object.entries(news.sections).map(([name, html]) => takeOver(name, html)).every(Boolean);
      for (const [name, html] of Object.entries(news.margins)) exchange(sheet.querySelector(`[data-margin="${name}"]`), html);
      const seen = document.querySelector("[data-standing] [name=seen]").value;
      exchange(document.querySelector("[data-standing]"), news.standing);
      // What could not be shown here has not been read: handing in then asks to read it first.
      if (!all) document.querySelector("[data-standing] [name=seen]").value = seen;
    };

    const close = (words) => {
      closed = true;
      const alert = document.createElement("div");
      alert.className = "alert alert-warning";
      alert.setAttribute("role", "alert");
      alert.textContent = words;
      sheet.before(alert);
    };

    const takeOver = (name, html) => {
      const section = sheet.querySelector(`[data-section="${name}"]`);
      const fresh = made(html);
      if (Number(fresh.dataset.shown || 0) <= editOf(section)) return true;
      if (formOf(section)?.hasAttribute("data-autosave-dirty")) return false;
      exchange(section, html);
      document.dispatchEvent(new CustomEvent("autosave:look"));
      const title = sheet.querySelector(`#title-${name}`).textContent.trim();
      document.getElementById("announcer").textContent = `${title}: ${sheet.dataset.changed}`;
      return true;
    };

    const made = (html) => {
      const template = document.createElement("template");
      template.innerHTML = html.trim();
      return template.content.firstElementChild;
    };

    // What looks the same stays; who is in it keeps their place.
    const exchange = (old, html) => {
      const fresh = made(html);
      const bare = (node) => node.outerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
      if (!old || bare(old) === bare(fresh)) return;
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      const place = focused && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
      old.replaceWith(fresh);
      const again = focused && focused.id && document.getElementById(focused.id);
      if (!again) return;
      again.focus({ preventScroll: true });
      if (place && again.setSelectionRange && place[0] !== null) again.setSelectionRange(...place);
    };

    const settle = async () => {
      const dirty = () => sections().map(formOf).filter((form) => form?.hasAttribute("data-autosave-dirty"));
      for (let waited = 0; dirty().length && waited < MOST_WAIT; waited += 100) {
        for (const form of dirty()) form.dispatchEvent(new CustomEvent("autosave:now"));
        await new Promise((done) => window.setTimeout(done, 100));
      }
      return dirty()[0];
    };

    const handIn = async () => {
      const left = await settle();
      if (left) {
        left.scrollIntoView({ block: "center" });
        document.getElementById("announcer").textContent = sheet.dataset.unsaved;
        return;
      }
      await telling;
      await tell();
      const form = document.querySelector("form[data-after-saves]");
      form.dataset.afterSaves = "done";
      form.requestSubmit();
    };

    document.addEventListener("submit", (event) => {
      if (event.target.dataset.afterSaves !== "") return;
      event.preventDefault();
      handIn();
    }, true);
    sheet.addEventListener("focusin", (event) => {
      const section = event.target.closest("[data-section]");
      if (!section || section.dataset.section === here) return;
      here = section.dataset.section;
      soon(SOON);
    });
    document.addEventListener("autosave:saved", () => soon(SOON));
    document.addEventListener("visibilitychange", () => document.hidden || tell());
    tell();
  };

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-brief]").forEach(start));
})();
