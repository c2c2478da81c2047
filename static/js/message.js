// Counts the words of a field with data-most-words, and copies the text of what data-copy names.
(() => {
  const count = (field) => {
    const shown = field.form && field.form.querySelector("[data-word-count]");
    if (!shown) return;
    const words = field.value.split(/\s+/).filter(Boolean).length;
    shown.querySelector("[data-count]").textContent = words;
    shown.classList.toggle("reach-over", words > Number(field.dataset.mostWords));
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    const text = "value" in source ? source.value : source.innerText;
    await navigator.clipboard.writeText(text);
    document.getElementById("announcer").textContent = button.dataset.copied;
    const words = button.lastChild;
    const before = words.textContent;
    words.textContent = button.dataset.copied;
    window.setTimeout(() => { words.textContent = before; }, 4000);
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-most-words]")) count(event.target);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-most-words]").forEach(count);
    if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  });
})();
