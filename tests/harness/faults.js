// What is wrong with the page as it is shown now: one sentence a fault.
([phone, touch]) => {
  const faults = [];
  const say = (what, node) =>
    faults.push(`${what}: ${node.tagName} .${node.className} "${node.textContent.slice(0, 40)}"`);
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) faults.push(`scrolls sideways: ${wide} px`);
  for (const wrong of document.body.innerText.match(/\{\w+\}|undefined|NaN|\[object/g) ?? []) {
    faults.push(`a place was not filled: ${wrong}`);
  }
  const shown = (node) =>
    node.checkVisibility({ visibilityProperty: true }) && !node.closest(".visually-hidden, .skip-link");
  // Inside a list that scrolls sideways a control may stand outside the window.
  const scrolls = (node) => {
    for (let at = node.parentElement; at; at = at.parentElement) {
      if (at.scrollWidth > at.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(at).overflowX)) {
        return true;
      }
    }
    return false;
  };
  const controls = [...document.querySelectorAll("button, a.button, select, h1, [role=timer]")];
  for (const node of controls.filter(shown)) {
    const box = node.getBoundingClientRect();
    if ((box.left < -1 || box.right > innerWidth + 1) && !scrolls(node)) say("out of the window", node);
    if (node.matches("h1, [role=timer], select")) continue;
    // Names of people may be shortened, what a button does may not.
    const parts = [node, ...node.querySelectorAll(":scope *:not(.visually-hidden, .sound-words, b, i, svg, svg *)")];
    const cut = parts.some((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0
      && getComputedStyle(part).overflowX !== "visible");
    if (cut) say("text is cut off", node);
    if (phone && (box.height < touch - 0.5 || box.width < touch - 0.5)) {
      say(`small to touch, ${Math.round(box.width)} x ${Math.round(box.height)}`, node);
    }
  }
  // Words stay in the box that was made for them, and so do not run into the next.
  for (const node of [...document.querySelectorAll("h1, h2, b, p")].filter(shown)) {
    if (getComputedStyle(node).overflowX !== "visible") continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    if (range.getBoundingClientRect().right > node.getBoundingClientRect().right + 2) say("runs out", node);
  }
  // The acts at the bottom stay in reach: nothing lies over them.
  for (const node of [...document.querySelectorAll(".verbs button, .controls button")].filter(shown)) {
    const box = node.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (box.bottom <= innerHeight && top && !node.contains(top)) say("covered", node);
  }
  return faults;
}
