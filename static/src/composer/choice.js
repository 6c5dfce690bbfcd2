import {_t} from "@web/core/l10n/translation";

function normalize(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/**
 * A list of choices that is searched by typing; the list it replaces is what is sent.
 */
export class Choice {
  constructor(select) {
    this.select = select;
    this.options = [...select.options].filter(({value}) => value);
    this.active = -1;
    this.draw();
    this.input.addEventListener("input", (ev) => {
      ev.stopPropagation();
      this.open(this.input.value);
    });
    this.input.addEventListener("click", () => this.open(""));
    this.input.addEventListener("keydown", (ev) => this.onKeydown(ev));
    this.input.addEventListener("blur", () => this.onBlur());
    // before the field loses the focus
    this.list.addEventListener("mousedown", (ev) => ev.preventDefault());
    this.list.addEventListener("click", (ev) => this.onClick(ev));
    this.show();
  }

  draw() {
    const {select} = this;
    this.el = document.createElement("div");
    this.el.className = "o_hsp_choice";
    this.input = document.createElement("input");
    this.input.type = "text";
    this.input.className = select.className;
    this.input.id = select.id;
    this.input.autocomplete = "off";
    this.input.placeholder = select.options[0].textContent;
    this.list = document.createElement("ul");
    this.list.id = `${select.id}_list`;
    this.list.hidden = true;
    const label = select.labels[0].textContent.trim();
    const attributes = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    };
    for (const name of ["aria-required", "aria-invalid", "aria-describedby"]) {
      attributes[name] = select.getAttribute(name);
    }
    for (const [name, value] of Object.entries(attributes)) {
      if (value) {
        this.input.setAttribute(name, value);
      }
    }
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label);
    this.hint = document.createElement("div");
    this.hint.className = "form-text";
    this.count = document.createElement("span");
    this.count.className = "visually-hidden";
    this.count.setAttribute("role", "status");
    select.removeAttribute("id");
    select.hidden = true;
    select.after(this.el);
    this.el.append(this.input, this.list, this.hint, this.count);
  }

  /**
   * Show what is chosen, as when the field is left.
   */
  show() {
    const chosen = this.select.selectedOptions[0];
    this.input.value = chosen?.value ? chosen.textContent.trim() : "";
    this.hint.textContent = chosen?.dataset.hint || "";
  }

  open(typed) {
    const words = normalize(typed).split(/\s+/).filter(Boolean);
    const found = this.options.filter((option) => {
      const text = normalize(`${option.textContent} ${option.dataset.hint || ""}`);
      return words.every((word) => text.includes(word));
    });
    this.found = found;
    this.list.replaceChildren(
      ...found.map((option, at) => this.drawOption(option, at))
    );
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", Boolean(found.length));
    this.count.textContent = found.length
      ? _t("Results: %s", found.length)
      : _t("Nothing found");
    this.setActive(words.length && found.length ? 0 : -1);
  }

  drawOption(option, at) {
    const item = document.createElement("li");
    item.id = `${this.list.id}_${at}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", option.selected);
    item.textContent = option.textContent.trim();
    if (option.dataset.hint) {
      const hint = document.createElement("small");
      hint.textContent = option.dataset.hint;
      item.append(hint);
    }
    return item;
  }

  setActive(at) {
    this.active = at;
    for (const [index, item] of [...this.list.children].entries()) {
      item.classList.toggle("active", index === at);
    }
    const item = this.list.children[at];
    if (item) {
      this.input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({block: "nearest"});
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.setActive(-1);
  }

  onKeydown(ev) {
    const step = {ArrowDown: 1, ArrowUp: -1}[ev.key];
    if (step) {
      ev.preventDefault();
      if (this.list.hidden) {
        this.open("");
      }
      const count = this.list.children.length;
      this.setActive((this.active + step + count) % count || 0);
    } else if (ev.key === "Enter") {
      // Enter chooses; it does not send the form
      ev.preventDefault();
      this.choose(this.found?.[this.active]);
    } else if (ev.key === "Escape") {
      this.show();
      this.close();
    }
  }

  onClick(ev) {
    const item = ev.target.closest("li");
    this.choose(this.found[[...this.list.children].indexOf(item)]);
  }

  choose(option) {
    if (option) {
      this.set(option.value);
    }
    this.close();
  }

  onBlur() {
    if (!this.input.value.trim()) {
      this.set("");
    }
    this.show();
    this.close();
  }

  set(value) {
    this.select.value = value;
    this.show();
    this.select.dispatchEvent(new Event("change", {bubbles: true}));
  }
}
