// The sheet of a class's marks: the arrows up and down, and Enter, go to the same column of the next student. Without
// this file the tabulator goes from cell to cell. Enter in the last row sends nothing: the button does.
const steps = { ArrowUp: -1, ArrowDown: 1, Enter: 1 };

document.addEventListener("keydown", (event) => {
  const step = steps[event.key];
  const cell = event.target.closest?.(".marks-sheet td");
  if (!step || !cell || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const row = cell.parentElement;
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const input = next?.cells[cell.cellIndex]?.querySelector('input[type="text"]');
  input?.focus();
  input?.select();
});
