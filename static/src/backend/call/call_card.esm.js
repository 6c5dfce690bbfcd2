import {Component, useRef, useState} from "@odoo/owl";
import {focusOn} from "./call_focus.esm";
import {useService} from "@web/core/utils/hooks";

const MODEL = "helpdesk.ticket";
const SHOWN = 9;

/** Words as they are compared: small, without accents */
function plain(text) {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
}

/** Who calls, from where, and their open tickets. */
export class CallCard extends Component {
  static template = "helpdesk_service_portal.CallCard";
  static props = {
    call: Object,
    card: Object,
    handle: Object,
    onPerson: Function,
    onKnown: Function,
    onTicket: Function,
    onInput: Function,
  };

  setup() {
    this.orm = useService("orm");
    this.who = useRef("who");
    this.confirmName = useRef("confirmName");
    this.state = useState({name: false, hotel: false, fact: "", wrong: false});
    this.props.handle.focusWho = () => focusOn(this.who.el);
    this.props.handle.focusConfirm = () => focusOn(this.confirmName.el);
  }

  /** The hotel's people that fit what is typed, recent callers first */
  get people() {
    const words = plain(this.props.call.name.trim()).split(/\s+/);
    return this.props.card.people
      .filter((person) => words.every((word) => plain(person.name).includes(word)))
      .slice(0, SHOWN);
  }

  get asksWho() {
    return !this.props.card.partner_id;
  }

  turnIcon(ticket) {
    return {us: "fa-arrow-left", customer: "fa-user", other: "fa-clock-o"}[ticket.turn];
  }

  onWhoKeydown(ev) {
    const digit = Number(ev.key);
    if (digit && !ev.ctrlKey && !ev.altKey && !this.props.call.name.trim()) {
      const person = this.people[digit - 1];
      if (person) {
        ev.preventDefault();
        this.props.onPerson(person);
      }
    } else if (ev.key === "Enter" && !ev.ctrlKey) {
      ev.preventDefault();
      const [person] = this.people;
      if (person && this.props.call.name.trim()) {
        this.props.onPerson(person);
      } else {
        // Somebody new, or without a name
        this.props.handle.focusText();
      }
    }
  }

  async confirm() {
    const {name, hotel, fact} = this.state;
    const right = await this.orm.call(MODEL, "call_confirm", [
      this.props.card.partner_id,
      name,
      hotel,
      fact,
    ]);
    this.state.wrong = !right;
    if (right) {
      this.state.fact = "";
      await this.props.onKnown();
    }
  }

  onFactKeydown(ev) {
    this.state.wrong = false;
    if (ev.key === "Enter" && !ev.ctrlKey) {
      ev.preventDefault();
      this.confirm();
    }
  }
}
