// An ordinary file input that also takes a dropped or pasted file and says what it holds.
(() => {
  const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

  const show = (drop) => {
    const input = drop.querySelector("input[type=file]");
    const list = drop.querySelector("[data-file-list]");
    if (!input || !list) return;
    const most = Number(drop.dataset.mostBytes) || Infinity;
    list.replaceChildren(...[...input.files].map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} · ${size(file.size)}`;
      if (file.size > most) line.textContent += ` · ${drop.dataset.tooBig}`;
      return line;
    }));
    drop.toggleAttribute("data-full", input.files.length > 0);
  };

  const take = (drop, files) => {
    const input = drop.querySelector("input[type=file]");
    if (!files.length) return;
    const holder = new DataTransfer();
    for (const file of input.multiple ? files : [files[0]]) holder.items.add(file);
    input.files = holder.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  document.addEventListener("change", (event) => {
    const drop = event.target.closest("[data-file-drop]");
    if (drop) show(drop);
  });

  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const drop = event.target.closest && event.target.closest("[data-file-drop]");
      if (!drop) return;
      event.preventDefault();
      drop.toggleAttribute("data-over", name === "dragover");
      if (name === "drop") take(drop, event.dataTransfer.files);
    });
  }

  document.addEventListener("paste", (event) => {
    const form = event.target.closest && event.target.closest("form");
    const drop = form && form.querySelector("[data-file-drop]");
    if (drop && event.clipboardData.files.length) take(drop, event.clipboardData.files);
  });
})();
