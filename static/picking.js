// Picking people: a range by shift-click and the whole page by its box. Each change reaches the server as the
// form's own «change», once; without this file the boxes are ticked one by one and kept by the form's buttons.
let last = null;

const boxes = () => [...document.querySelectorAll("[data-picks]")];

const showPage = () => {
  for (const box of document.querySelectorAll('input[data-state="mixed"]')) box.indeterminate = true;
  for (const button of document.querySelectorAll("#picking [data-off]")) button.disabled = true;
  const whole = document.querySelector("[data-picks-page]");
  if (!whole) return;
  const all = boxes();
  const picked = all.filter((box) => box.checked).length;
  whole.checked = picked > 0 && picked === all.length;
  whole.indeterminate = picked > 0 && picked < all.length;
};

// A part ticked while an answer is on its way: that answer is of a tree that is past, and is not shown. The next
// request says the part again, however it stood when the tree was shown.
let past = false;

const touch = (box) => {
  past = true;
  const said = Object.assign(document.createElement("input"), { type: "hidden", name: "tocada", value: box.value });
  box.closest(".tree-line").append(said);
};

const isTree = (event) => event.detail.elt.matches("form#picking") && document.querySelector(".tree-line");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isTree(event)) past = false;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (past && event.detail.requestConfig?.elt.matches("form#picking")) event.detail.shouldSwap = false;
});

// Before the form hears of the change: what it sends is the page as it is then.
document.addEventListener(
  "change",
  (event) => {
    // Its words were looked for while they were typed: once more would be one more step to go back.
    if (event.target.matches('form[hx-get] input[type="search"]')) event.stopPropagation();
    if (event.target.matches("[data-picks-page]")) {
      for (const box of boxes()) box.checked = event.target.checked;
    }
    if (event.target.matches("[data-picks], [data-picks-page]")) showPage();
    if (event.target.matches('.tree-line input[name="parte"]')) touch(event.target);
  },
  true,
);

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-picks]");
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
});

// Who leaves at once takes the last tick along, if the server has not had it yet.
window.addEventListener("pagehide", () => {
  const form = document.getElementById("picking");
  const before = form?.elements.estaban?.value.split(",").filter(Boolean) ?? [];
  const now = boxes().filter((box) => box.checked).map((box) => box.value);
  const same = now.length === before.length && now.every((one) => before.includes(one));
  if (form && !same) navigator.sendBeacon(form.action, new FormData(form));
});

for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.addEventListener(name, showPage);
showPage();
