import {registry} from "@web/core/registry";

/**
 * What the form asks and says by type and place; it needs nothing of the server. What
 * is hidden keeps what was typed, and the server ignores it.
 */
export class Fields {
  constructor(form) {
    this.form = form;
    this.rules = JSON.parse(form.dataset.rules || "{}");
    this.change = form.querySelector(".o_hsp_change_type");
    this.cards = form.querySelector(".o_hsp_cards");
    this.isPriorityChosen = false;
    this.onChange = (ev) => this.follow(ev.target);
    this.onClick = (ev) => this.onTypeClick(ev);
    form.addEventListener("change", this.onChange);
    form.addEventListener("click", this.onClick);
    this.change?.addEventListener("click", () => this.unfold());
    // a type may have been chosen while this was loading
    this.refresh();
    this.fold();
  }

  stop() {
    this.form.removeEventListener("change", this.onChange);
    this.form.removeEventListener("click", this.onClick);
  }

  getType() {
    const {type} = this.form.elements;
    return (type && this.form.querySelector("input[name=type]:checked")) || type;
  }

  follow({name, value}) {
    if (name === "priority") {
      this.isPriorityChosen = true;
    } else if (name === "type") {
      this.refresh();
      this.suggestPriority();
    } else if (name === "location") {
      this.showFacts(value);
    }
  }

  /**
   * Choose the priority of the type, unless one was chosen.
   */
  suggestPriority() {
    const {priority} = this.getType()?.dataset || {};
    const row = this.form.querySelector(`input[name=priority][value="${priority}"]`);
    if (row && !this.isPriorityChosen) {
      row.checked = true;
    }
  }

  /**
   * Show what belongs to the chosen type.
   */
  refresh() {
    const type = this.getType();
    const value = type?.value || "";
    for (const part of document.querySelectorAll(".o_hsp_intro, .o_hsp_example")) {
      part.hidden = Boolean(part.dataset.type) && part.dataset.type !== value;
    }
    const usual = document.querySelector("[name=usual_intro]");
    if (usual) {
      usual.hidden = Boolean(document.querySelector(".o_hsp_intro:not([hidden])"));
    }
    const examples = document.getElementById("examples");
    if (examples) {
      examples.hidden = !examples.querySelector(".o_hsp_example:not([hidden])");
    }
    const set = this.rules.sets?.[value || 0];
    if (set && value) {
      this.showSet(set);
      document.querySelector("[name=choose_type]")?.setAttribute("hidden", "");
    }
    this.showFacts(this.form.elements.location?.value);
  }

  showSet(set) {
    for (const slot of this.form.querySelectorAll(".o_hsp_slot")) {
      const name = slot.dataset.slot;
      slot.hidden = !set.fields.includes(name);
      this.showRequired(slot, set.required.includes(name));
      this.showHint(slot, set.hints[name]);
    }
    this.sort(set.fields);
    for (const [at, row] of this.form.querySelectorAll(".o_hsp_priority").entries()) {
      const time = row.querySelector(".o_hsp_priority_time");
      time.textContent = set.promises[at];
      time.hidden = !set.promises[at];
      row.querySelector(".o_hsp_priority_text").textContent = set.meanings[at];
    }
    const closed = this.form.querySelector(".o_hsp_closed");
    if (closed) {
      closed.querySelector(".o_hsp_closed_text").textContent = set.closed;
      closed.hidden = !set.closed;
    }
    this.form.querySelector(".o_hsp_send").hidden = false;
  }

  showRequired(slot, isRequired) {
    const optional = slot.querySelector(".o_hsp_optional");
    if (optional) {
      optional.hidden = isRequired;
    }
    const control = slot.querySelector("[id^=field_]:not(fieldset)");
    if (control && isRequired) {
      control.setAttribute("aria-required", "true");
    } else {
      control?.removeAttribute("aria-required");
    }
  }

  showHint(slot, words) {
    const hint = slot.querySelector(".o_hsp_hint");
    if (hint) {
      const usual = hint.querySelector(".o_hsp_usual");
      hint.querySelector(".o_hsp_own").textContent = words || "";
      hint.hidden = !words && !usual;
      if (usual) {
        usual.hidden = Boolean(words);
      }
    }
  }

  /**
   * Put the fields in their order around the one that has the focus, which stays.
   *
   * @param {string[]} names
   */
  sort(names) {
    const slots = names.map((name) =>
      this.form.querySelector(`.o_hsp_slot[data-slot="${name}"]`)
    );
    const focused = slots.find((slot) => slot?.contains(document.activeElement));
    const fixed = focused || slots[0];
    const at = slots.indexOf(fixed);
    fixed.before(...slots.slice(0, at));
    fixed.after(...slots.slice(at + 1));
  }

  /**
   * @param {string} place as posted
   */
  showFacts(place) {
    const facts = this.rules.facts || {};
    for (const line of this.form.querySelectorAll(".o_hsp_fact")) {
      const words = (facts[place] || facts[""])?.[line.dataset.fact];
      if (place !== undefined) {
        line.querySelector(".o_hsp_fact_value").textContent = words || "";
        line.hidden = !words;
      }
    }
  }

  // Types as cards: the chosen one is enough to see

  onTypeClick(ev) {
    // the keyboard walks through the cards, which must not go away meanwhile
    if (ev.target.name === "type" && ev.detail) {
      this.fold();
    }
  }

  fold() {
    const isChosen = Boolean(this.cards?.querySelector("input:checked"));
    this.cards?.classList.toggle("o_hsp_folded", isChosen);
    if (this.change) {
      this.change.hidden = !isChosen;
    }
  }

  unfold() {
    this.cards.classList.remove("o_hsp_folded");
    this.change.hidden = true;
    this.cards.querySelector("input:checked").focus();
  }
}

registry.category("helpdesk_service_portal.composer").add("fields", (form) => {
  const fields = new Fields(form);
  return () => fields.stop();
});
