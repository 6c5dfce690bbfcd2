/**
 * Put the focus on an element.
 *
 * @param {HTMLElement|null} element where it should go
 * @returns {boolean} whether it is there
 */
export function focusOn(element) {
  element?.focus();
  return Boolean(element) && document.activeElement === element;
}
