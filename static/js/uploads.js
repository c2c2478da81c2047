// Files are sent one by one as soon as they are chosen, with their progress; the form then carries their codes.
//
// Within [data-uploads]: the file input, a list [data-upload-list], and the words for what happens as data-….
// The address in data-upload-url takes `file`, `key` and `about` and answers 201 {code, name, size}, or 422 {words}. A file whose
// answer was lost is sent again under the same key and stays one. Without script the input sends the files itself.
//
// A file that has not arrived is named in the form as `unsent`, so that a draft can say which to choose again.
// A form that is sent while files are on their way waits for them.
(() => {
  const RETRY = [2000, 5000, 15000, 30000];
  const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  const element = (tag, className, text = "") => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.textContent = text;
    return made;
  };

  const start = (place) => {
    const form = place.closest("form");
    const input = place.querySelector("input[type=file]");
    const list = place.querySelector("[data-upload-list]");
    const hold = place.querySelector("[data-upload-hold]");
    const queue = [];
    let sending = null;
    let held = null;
    let failures = 0;
    let timer = 0;

    const keepDraft = () => form.dispatchEvent(new CustomEvent("autosave:now"));

    const line = (file) => {
      const item = element("li", "upload");
      const name = element("span", "break", file.name);
      const bytes = element("span", "muted small nowrap", size(file.size));
      const bar = document.createElement("progress");
      const state = element("span", "upload-state", place.dataset.waits);
      const unsent = document.createElement("input");
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", file.name);
      Object.assign(unsent, { type: "hidden", name: "unsent", value: file.name });
      unsent.dataset.autosaveFixed = "";
      item.append(name, bytes, bar, state, unsent);
      list.append(item);
      return { file, key: fresh(), item, name, bar, state };
    };

    const removable = (job) => {
      const button = element("button", "btn btn-small btn-link", place.dataset.remove);
      button.type = "button";
      button.setAttribute("aria-label", `${place.dataset.remove}: ${job.file.name}`);
      button.addEventListener("click", () => {
        job.item.remove();
        if (!queue.includes(job)) return keepDraft();
        queue.splice(queue.indexOf(job), 1);
        keepDraft();
        release();
      });
      job.item.append(button);
    };

    const arrived = (job, told) => {
      failures = 0;
      const label = element("label", "upload-pick");
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name: "staged", value: told.code, checked: true });
      label.append(box, element("span", "break", told.name));
      const bytes = element("span", "muted small nowrap", size(told.size));
      const said = element("span", "visually-hidden", place.dataset.sent);
      job.item.replaceChildren(label, bytes, said);
      for (const missing of list.querySelectorAll("[data-upload-missing]")) {
        if (missing.dataset.uploadMissing === told.name) missing.remove();
      }
    };

    const refused = (job, words) => {
      job.item.classList.add("upload-failed");
      job.bar.remove();
      job.item.querySelector("input[name=unsent]")?.remove();
      job.state.textContent = words;
      if (!job.item.querySelector("button")) removable(job);
    };

    const later = (job, words) => {
      job.state.textContent = words;
      job.bar.value = 0;
      queue.unshift(job);
      window.clearTimeout(timer);
      timer = window.setTimeout(next, RETRY[Math.min(failures, RETRY.length - 1)]);
      failures += 1;
    };

    const heard = (job, request) => {
      let told = null;
      try { told = JSON.parse(request.responseText); } catch { /* A page and not an answer: somebody is signed out. */ }
      if (told && request.status === 201) arrived(job, told);
      else if (told && request.status === 422) refused(job, told.words);
      else if (request.status >= 500 || request.status === 0) later(job, place.dataset.offline);
      else if (request.status === 413 || request.status === 400) refused(job, place.dataset.tooBig);
      else refused(job, place.dataset.signedOut);
    };

    const send = (job) => {
      sending = job;
      job.state.textContent = place.dataset.sending;
      const body = new FormData();
      body.append("key", job.key);
      body.append("about", place.dataset.uploadAbout);
      body.append("file", job.file, job.file.name);
      const request = new XMLHttpRequest();
      request.open("POST", place.dataset.uploadUrl);
      request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) job.bar.value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => {
        sending = null;
        heard(job, request);
        keepDraft();
        if (!failures) next();
      });
      request.send(body);
    };

    const next = () => {
      window.clearTimeout(timer);
      if (sending) return;
      const job = queue.shift();
      if (job) send(job);
      else release();
    };

    // The form was sent meanwhile: now that nothing is on its way, it goes.
    const release = () => {
      if (sending || queue.length || !held) return;
      const button = held;
      held = null;
      hold.textContent = "";
      form.requestSubmit(button.form ? button : undefined);
    };

    const choose = () => {
      for (const file of input.files) {
        const job = line(file);
        if (file.size > Number(place.dataset.mostBytes)) refused(job, place.dataset.tooBig);
        else queue.push(job);
      }
      // They are sent from here; the form would send them a second time.
      input.value = "";
      keepDraft();
      next();
    };

    input.addEventListener("change", choose);
    window.addEventListener("online", () => {
      failures = 0;
      next();
    });
    window.addEventListener("beforeunload", (event) => {
      if (sending || queue.length) event.preventDefault();
    });
    // Before anything else hears of the sending.
    document.addEventListener("submit", (event) => {
      if (event.target !== form || !(sending || queue.length) || event.submitter?.name === "throw_away") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      held = event.submitter || form;
      hold.textContent = place.dataset.hold;
      hold.scrollIntoView({ block: "nearest" });
    }, true);
    // A copy kept by this browser names files that never arrived, and that no server has heard of.
    form.addEventListener("autosave:restored", (event) => {
      for (const [name, value] of event.detail) {
        if (name !== "unsent" || [...list.children].some((item) => item.textContent.includes(value))) continue;
        const item = element("li", "upload upload-failed");
        item.dataset.uploadMissing = value;
        item.append(element("span", ""), element("span", "break", value), element("span", "small", place.dataset.missing));
        list.append(item);
      }
    });
  };

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-uploads]").forEach(start));
})();
