import {Component, useEffect, useState} from "@odoo/owl";

const SHOWN = 8;

/** Prewritten answers that match what stands after "/", or articles after "#". */
export class DeskAnswers extends Component {
  static template = "helpdesk_service_portal.DeskAnswers";
  static props = {
    answers: {type: [Array, {value: null}]},
    words: String,
    sign: {type: String, optional: true},
    label: String,
    empty: String,
    setHandle: Function,
    onChoose: Function,
    onClose: Function,
  };

  setup() {
    this.state = useState({at: 0});
    useEffect(
      () => {
        this.state.at = 0;
      },
      () => [this.props.words]
    );
    this.props.setHandle({onKeydown: (ev) => this.onKeydown(ev)});
  }

  get found() {
    if (this.props.sign === "#") {
      return this.props.answers || []; // found by the server
    }
    const words = this.props.words.toLowerCase();
    return (this.props.answers || [])
      .filter(({name, text}) => `${name} ${text}`.toLowerCase().includes(words))
      .slice(0, SHOWN);
  }

  /**
   * @param {KeyboardEvent} ev
   * @returns {boolean} whether the key was for this list
   */
  onKeydown(ev) {
    const {found} = this;
    if (ev.key === "Escape") {
      this.props.onClose();
      return true;
    }
    if (!found.length) {
      return false;
    }
    if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
      const step = ev.key === "ArrowDown" ? 1 : -1;
      this.state.at = (this.state.at + step + found.length) % found.length;
      return true;
    }
    if ((ev.key === "Enter" || ev.key === "Tab") && !ev.ctrlKey && !ev.metaKey) {
      this.props.onChoose(found[this.state.at]);
      return true;
    }
    return false;
  }
}
