import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/** Milliseconds of rest after which what was typed is looked for. */
const TYPING = 180;
const MIN_TYPED = 2;

let lists = 0;

function makeElement(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/**
 * Suggests articles while somebody types into a search box of the help center. Without
 * scripts the box leads to the page of results.
 */
export class HelpSuggestions extends Interaction {
  static selector = "form[action$='/support/search']";
  dynamicContent = {
    "input[name='search']": {
      "t-on-input": this.debounced(this.onInput, TYPING),
      "t-on-keydown": this.onKeydown,
      "t-on-focus": this.onInput,
      "t-att-aria-expanded": () => (this.list.hidden ? "false" : "true"),
      "t-att-aria-activedescendant": () =>
        this.at < 0 ? undefined : `${this.list.id}_${this.at}`,
    },
    _root: {"t-on-focusout": this.onFocusout},
  };

  setup() {
    this.rows = [];
    this.at = -1;
    this.asked = "";
    this.input = this.el.querySelector("input[name='search']");
    this.list = makeElement("ul", {
      id: `helpdesk_suggestions_${lists++}`,
      className: "o_hsp_suggestions list-unstyled",
      hidden: true,
    });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.placeholder);
  }

  start() {
    this.el.classList.add("position-relative");
    this.insert(this.list, this.el);
    // before the box loses the focus, which hides the list
    this.addListener(this.list, "mousedown", this.onChoose);
    for (const [name, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-controls": this.list.id,
    })) {
      this.input.setAttribute(name, value);
    }
  }

  async onInput() {
    const words = this.input.value.trim();
    if (words === this.asked) {
      this.show(this.rows);
      return;
    }
    this.asked = words;
    if (words.length < MIN_TYPED) {
      this.show([]);
      return;
    }
    const query = new URLSearchParams({search: words});
    try {
      const response = await this.waitFor(fetch(`/support/suggest?${query}`));
      const {rows} = await this.waitFor(response.json());
      if (words === this.asked) {
        this.show(rows);
        this.updateContent();
      }
    } catch {
      this.show([]); // a search without suggestions is still a search
    }
  }

  show(rows) {
    this.rows = rows;
    this.at = -1;
    this.list.replaceChildren(
      ...rows.map(({url, title}, at) => {
        const option = makeElement(
          "li",
          {id: `${this.list.id}_${at}`},
          ...title.map(([words, isFound]) =>
            isFound ? makeElement("mark", {textContent: words}) : words
          )
        );
        option.dataset.url = url;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        return option;
      })
    );
    this.list.hidden = !rows.length || !this.el.contains(document.activeElement);
  }

  choose(at) {
    this.at = at;
    for (const [place, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", place === at ? "true" : "false");
      option.classList.toggle("active", place === at);
    }
  }

  /**
   * @param {KeyboardEvent} ev
   */
  onKeydown(ev) {
    const count = this.rows.length;
    if (ev.key === "Escape" && !this.list.hidden) {
      ev.preventDefault();
      this.list.hidden = true;
      this.choose(-1);
    } else if ((ev.key === "ArrowDown" || ev.key === "ArrowUp") && count) {
      ev.preventDefault();
      this.list.hidden = false;
      const step = ev.key === "ArrowDown" ? 1 : -1;
      // one place more than there are rows: the box itself
      this.choose(((this.at + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (ev.key === "Enter" && this.at >= 0 && !this.list.hidden) {
      ev.preventDefault();
      window.location = this.rows[this.at].url;
    }
  }

  /**
   * @param {MouseEvent} ev
   */
  onChoose(ev) {
    const option = ev.target.closest("[data-url]");
    if (option && !ev.button) {
      ev.preventDefault();
      window.location = option.dataset.url;
    }
  }

  /**
   * @param {FocusEvent} ev
   */
  onFocusout(ev) {
    if (!this.el.contains(ev.relatedTarget)) {
      this.list.hidden = true;
    }
  }
}

/** A part of the help center's home, shown on another page. */
export class HelpBlock extends Interaction {
  static selector = "[data-help-block]";

  async willStart() {
    const {helpBlock} = this.el.dataset;
    try {
      const response = await fetch(`/support/block/${encodeURIComponent(helpBlock)}`);
      this.html = response.ok ? await response.text() : "";
    } catch {
      this.html = "";
    }
  }

  start() {
    const page = new DOMParser().parseFromString(this.html, "text/html");
    const place = this.el.querySelector(".o_hsp_block") || this.el;
    const before = [...place.childNodes];
    place.replaceChildren(...page.body.childNodes);
    this.registerCleanup(() => place.replaceChildren(...before));
  }
}

const interactions = registry.category("public.interactions");
interactions.add("helpdesk_service_portal.help_suggestions", HelpSuggestions);
interactions.add("helpdesk_service_portal.help_block", HelpBlock);
registry
  .category("public.interactions.edit")
  .add("helpdesk_service_portal.help_block", {Interaction: HelpBlock});
