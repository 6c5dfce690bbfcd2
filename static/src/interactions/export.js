import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/**
 * The page of an export: says that the file is being made and how much of it has
 * arrived. Without it the browser does the same by itself.
 */
export class TicketExport extends Interaction {
  static selector = ".o_hsp_export form[name='export']";
  dynamicContent = {
    _root: {"t-on-submit.prevent": this.onSubmit},
    "button[type='submit']": {"t-att-disabled": () => this.isBusy},
    "[data-export-progress]": {"t-out": () => this.message},
  };

  setup() {
    this.isBusy = false;
    this.message = "";
  }

  say(message, isBusy) {
    this.message = message;
    this.isBusy = isBusy;
    this.updateContent();
  }

  /** How many tickets come, 0 where only the server knows: of a month. */
  get total() {
    return this.el.elements.month.value ? 0 : Number(this.el.dataset.total) || 0;
  }

  async onSubmit() {
    this.say(
      this.total
        ? _t("Preparing the file, tickets: %s", this.total.toLocaleString())
        : _t("Preparing the file…"),
      true
    );
    try {
      const answer = await this.waitFor(
        fetch(this.el.action, {method: "POST", body: new FormData(this.el)})
      );
      const name = /filename\*=UTF-8''([^;]+)/.exec(
        answer.headers.get("Content-Disposition") || ""
      );
      if (!answer.ok || !name) {
        // Limited, or signed out: the page says so
        this.el.submit();
        return;
      }
      const blob = await this.waitFor(this.receive(answer));
      this.save(blob, decodeURIComponent(name[1]));
      this.say(_t("The file is among your downloads."), false);
    } catch {
      this.say(_t("The connection broke. Try again."), false);
    }
  }

  async receive(answer) {
    const reader = answer.body.getReader();
    const type = answer.headers.get("Content-Type");
    const counts = type.startsWith("text/csv") && this.total;
    const parts = [];
    let size = 0;
    let lines = -1;
    for (;;) {
      const {done, value} = await reader.read();
      if (done) {
        return new Blob(parts, {type});
      }
      parts.push(value);
      size += value.length;
      if (counts) {
        lines += value.reduce((found, byte) => found + (byte === 10), 0);
        const done = Math.max(0, Math.min(lines, this.total));
        const words = {
          done: done.toLocaleString(),
          total: this.total.toLocaleString(),
        };
        this.say(_t("Received: %(done)s of %(total)s tickets", words), true);
      } else {
        this.say(_t("Received: %s kB", Math.ceil(size / 1024)), true);
      }
    }
  }

  save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.export", TicketExport);
