// A form with data-autosave saves itself while somebody types; without script its button does.
//
// It posts its fields to its own address with the header X-Autosave and gets JSON:
//   200 {version, words}  saved; `words` says when and by whom
//   409 {version, both}   somebody saved first; `both` is shown above the form, and saving waits for the person
//   422 {words}           refused as it is; the next change tries again
// data-autosave-unsaved marks a form that came back without being saved, with the version its words began from.
// A copy kept for later keeps that version until they are saved, so that it meets the same 409 again.
// The value of data-autosave names the person, so that a copy kept for one is never shown to another; forms.js
// takes copies away once they were sent, and when somebody signs out.
// An answer that was lost is asked for again word for word; the server writes the same words once.
//
// A form that is sent while a save is on its way waits for the answer: it would meet its own words as another's. It
// carries data-autosave-held from then until it was sent.
//
// The number of what was saved stands in a hidden field "draft", or in "version" where there is none: a form that
// changes something has a version of that besides.
// Several forms on a page each save themselves; the copy of one is kept under its own address. A form that holds
// words not yet saved carries data-autosave-dirty. It says "autosave:saved" when it was saved, saves at once on
// "autosave:now", and forms put into the page later begin on "autosave:look". Where a kept copy has fields that
// are not there, "rows:more" asks for another row. "autosave:restored" says which words a kept copy held; a hidden
// field with data-autosave-fixed is sent with the words and not filled in again.
(() => {
  const WAIT = 800;
  const HOLD = 5000;
  const RETRY = [2000, 5000, 15000, 30000];
  const BOXES = ["checkbox", "radio"];
  const NOT_WORDS = ["csrfmiddlewaretoken", "version", "submit_key", "draft"];

  // Files are no words: they are sent by themselves, or with the form.
  const fieldsOf = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const wordsOf = (form) => fieldsOf(form).filter(([name]) => !NOT_WORDS.includes(name));
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  const start = (form) => {
    const state = form.querySelector("[data-autosave-state]");
    const both = form.querySelector("[data-autosave-both]");
    const version = form.elements.draft || form.elements.version;
    const address = new URL(form.action, window.location.href);
    const key = `autosave:${form.dataset.autosave}:${address.pathname}${address.search}`;
    let unsaved = "autosaveUnsaved" in form.dataset;
    let begunFrom = unsaved ? form.dataset.autosaveUnsaved : version.value;
    let saved = unsaved ? null : wordsOf(form);
    let theirs = null;
    let pending = null;
    let sending = false;
    // Where the page shows what somebody else saved meanwhile, saving waits for the button.
    let paused = begunFrom !== version.value;
    let failures = 0;
    let timer = 0;
    // The button that was pressed while a save was on its way.
    let held = null;

    const say = (words, mark) => {
      if (!state) return;
      state.dataset.mark = mark;
      if (words && state.textContent !== words) state.textContent = words;
    };

    const mark = () => form.toggleAttribute("data-autosave-dirty", paused || unsaved || !same(wordsOf(form), saved));

    const keepCopy = (sent = false) => {
      try {
        window.sessionStorage.setItem(key, JSON.stringify({ version: begunFrom, words: wordsOf(form), sent }));
      } catch { /* The words stay in the form; only a closed page would lose them. */ }
    };

    const dropCopy = () => {
      try { window.sessionStorage.removeItem(key); } catch { /* There is none then. */ }
    };

    const soon = (wait) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, wait);
    };

    const request = () => ({ body: new URLSearchParams(fieldsOf(form)).toString(), words: wordsOf(form) });

    const save = async (leaving = false) => {
      window.clearTimeout(timer);
      if (sending || paused || !form.isConnected) return;
      if (!pending && same(wordsOf(form), saved)) return dropCopy();
      pending = pending || request();
      sending = true;
      try {
        const response = await fetch(form.action, {
          method: "POST",
          body: pending.body,
          headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Autosave": "1" },
          redirect: "manual",
          keepalive: leaving === true,
        });
        await heard(response);
      } catch {
        failed();
      } finally {
        sending = false;
        mark();
        letGo();
      }
    };

    // Where both texts are shown now, the person chooses first.
    const letGo = (anyway = false) => {
      if (!held) return;
      const { button, patience } = held;
      window.clearTimeout(patience);
      held = null;
      if (paused || !form.isConnected) {
        form.removeAttribute("data-autosave-held");
        return;
      }
      if (anyway) sending = false;
      form.requestSubmit(button);
    };

    const hold = (event) => {
      if (!sending) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      form.dataset.autosaveHeld = "";
      held = held || { button: event.submitter, patience: window.setTimeout(() => letGo(true), HOLD) };
    };

    const heard = async (response) => {
      if (response.status >= 500) throw new Error("the server could not answer");
      const told = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : null;
      const sent = pending;
      pending = null;
      failures = 0;
      if (told && response.ok) wasSaved(told, sent);
      else if (told && response.status === 409) wasOvertaken(told);
      else if (told) wasRefused(told);
      else {
        failures = 1;
        say(form.dataset.autosaveRefused, "failed");
      }
    };

    const wasRefused = (told) => {
      unsaved = true;
      say(told.words, "failed");
    };

    const wasSaved = (told, sent) => {
      begunFrom = version.value = told.version;
      unsaved = false;
      saved = sent.words;
      say(told.words, "saved");
      if (same(wordsOf(form), saved)) dropCopy();
      else {
        keepCopy();
        soon(WAIT);
      }
      mark();
      form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true }));
    };

    const wasOvertaken = (told) => {
      theirs = told.version;
      paused = true;
      both.innerHTML = told.both;
      both.scrollIntoView({ block: "nearest" });
      say(form.dataset.autosaveWaiting, "failed");
    };

    const failed = () => {
      say(form.dataset.autosaveFailed, "failed");
      soon(RETRY[Math.min(failures, RETRY.length - 1)]);
      failures += 1;
    };

    const goOn = () => {
      paused = false;
      version.value = theirs;
      both.replaceChildren();
      save();
    };

    const fillIn = (name, words) => {
      // Rows that are added count themselves.
      if (name.endsWith("-TOTAL_FORMS")) return;
      while (!form.elements[name] && !form.dispatchEvent(new CustomEvent("rows:more", { cancelable: true }))) { /* once more */ }
      const field = form.elements[name];
      if (field && "type" in field && !BOXES.includes(field.type) && !("autosaveFixed" in field.dataset)) field.value = words;
    };

    const tick = (words) => {
      for (const box of form.querySelectorAll(BOXES.map((type) => `input[type=${type}]`).join())) {
        box.checked = words.some(([name, value]) => name === box.name && value === box.value);
      }
    };

    const restore = () => {
      if (unsaved) {
        keepCopy();
        if (paused) say(form.dataset.autosaveWaiting, "failed");
        return;
      }
      let copy = null;
      try { copy = JSON.parse(window.sessionStorage.getItem(key)); } catch { return; }
      if (!copy) return;
      if (same(copy.words, saved)) {
        dropCopy();
        return;
      }
      for (const [name, words] of copy.words) fillIn(name, words);
      tick(copy.words);
      form.dispatchEvent(new CustomEvent("autosave:restored", { detail: copy.words }));
      begunFrom = version.value = copy.version;
      mark();
      soon(0);
    };

    form.addEventListener("autosave:now", () => save());
    form.addEventListener("input", () => {
      if (!held) form.removeAttribute("data-autosave-held");
      keepCopy();
      mark();
      if (state && !paused && !failures) state.dataset.mark = "typing";
      if (!paused && !pending) soon(WAIT);
    });
    form.addEventListener("click", (event) => {
      if (event.target.closest("[data-autosave-resume]")) goOn();
      if (event.target.closest("[data-autosave-drop]")) {
        saved = wordsOf(form);
        dropCopy();
      }
    });
    form.addEventListener("submit", hold, true);
    form.addEventListener("submit", () => {
      paused = true;
      saved = wordsOf(form);
      window.clearTimeout(timer);
      // What could not be saved before is kept until a page without this form says that it arrived (forms.js).
      if (failures) keepCopy(true);
      else dropCopy();
    });
    window.addEventListener("online", () => soon(0));
    window.addEventListener("focus", () => failures && soon(0));
    document.addEventListener("visibilitychange", () => document.hidden && save(true));
    window.addEventListener("pagehide", () => save(true));
    window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
    window.addEventListener("beforeunload", (event) => {
      if (form.isConnected && (failures || paused || unsaved) && !same(wordsOf(form), saved)) event.preventDefault();
    });
    form.dataset.autosaveOn = "";
    restore();
    mark();
  };

  const look = () => document.querySelectorAll("form[data-autosave]:not([data-autosave-on])").forEach(start);
  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("autosave:look", look);
})();
