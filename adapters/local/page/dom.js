// Elements from plain values. Text is always text: nothing that somebody wrote is ever read as HTML.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Puts `fresh` in the place of `old`; what was unfolded stays so, and the focus stays where it was. */
export function swap(old, fresh) {
  for (const open of old.querySelectorAll("[data-key][data-open]")) {
    const same = fresh.querySelector(`[data-key="${CSS.escape(open.dataset.key)}"]`);
    if (same && same.tagName === "DETAILS") same.open = open.open;
    if (same && same.unfold && open.dataset.open === "yes") same.unfold();
  }
  const focused = old.contains(document.activeElement) && document.activeElement.dataset.key;
  old.replaceWith(fresh);
  if (focused) fresh.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return fresh;
}
