import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

const WORKER = "/helpdesk_service_portal/static/src/proof/worker.js";
const CHALLENGE = "/web/proof";
/** Milliseconds a solution is kept; the server takes it for half an hour. */
const FRESH = 20 * 60 * 1000;

/**
 * A form that visitors send with a proof of work: the browser calculates while they
 * type, nothing is asked of them.
 */
export class ProofForm extends Interaction {
  static selector = "form.o_hsp_proof";
  dynamicContent = {
    _root: {
      "t-on-focusin": this.prepare,
      "t-on-input": this.prepare,
      "t-on-submit": this.onSubmit,
    },
    ".o_hsp_proof_wait": {
      "t-att-class": () => ({"d-none": !this.isWaiting}),
    },
    ".o_hsp_proof_failed": {
      "t-att-class": () => ({"d-none": !this.hasFailed}),
    },
    "button[type=submit]": {
      "t-att-disabled": () => this.isWaiting,
    },
  };

  setup() {
    this.field = this.el.querySelector("input[name=proof]");
    this.isWaiting = false;
    this.hasFailed = false;
    this.solving = null;
    this.solved = 0;
  }

  start() {
    this.addListener(window, "pageshow", this.forget);
  }

  /** A solution counts once: who comes back to the form gets another. */
  forget() {
    this.field.value = "";
    this.solving = null;
    this.solved = 0;
    this.isWaiting = false;
  }

  prepare() {
    if (this.solved && Date.now() - this.solved > FRESH) {
      this.forget();
    }
    this.solving = this.solving || this.solve().catch(() => "");
    return this.solving;
  }

  async solve() {
    const response = await fetch(CHALLENGE, {method: "POST"});
    const challenge = await response.json();
    const worker = new Worker(WORKER);
    const solution = await new Promise((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = reject;
      worker.postMessage(challenge);
    });
    worker.terminate();
    this.field.value = solution;
    this.solved = Date.now();
    return solution;
  }

  async onSubmit(event) {
    if (this.field.value && Date.now() - this.solved <= FRESH) {
      return;
    }
    event.preventDefault();
    if (this.isWaiting) {
      return;
    }
    this.isWaiting = true;
    this.hasFailed = false;
    this.updateContent();
    const solution = await this.waitFor(this.prepare());
    this.isWaiting = false;
    this.hasFailed = !solution;
    if (!solution) {
      this.forget();
    }
    this.updateContent();
    if (solution) {
      // with the button that was pressed: it may ask for something else than sending
      this.el.requestSubmit(event.submitter);
    }
  }
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.proof_form", ProofForm);
