import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/** Milliseconds between two questions for news where no websocket tells of them. */
const POLL = 15000;
/** The same where one does: pushes are hints, and some get lost. */
const SAFETY = 60000;
/** After a hint a standby may not know the news yet: ask again after these. */
const PATIENCE = [1500, 4000, 9000];
/** How long a message is in sight until it counts as read. */
const GLANCE = 1000;

/**
 * An open ticket follows what happens to it: new messages, changes of state, who has
 * read what. Nothing moves that is being typed.
 */
export class TicketLive extends Interaction {
  static selector = ".o_hsp_ticket[data-live]";
  dynamicContent = {
    ".o_hsp_new_pill": {
      "t-on-click": this.onPillClick,
      "t-att-hidden": () => !this.waiting,
      "t-att-class": () => ({o_hsp_new_pill_up: this.isWaitingAbove}),
    },
    _document: {"t-on-visibilitychange": this.onVisibilityChange},
    _window: {"t-on-online": () => this.ask()},
  };

  setup() {
    this.stamp = this.el.dataset.stamp;
    this.last = Number(this.el.dataset.last);
    this.since = null;
    this.parts = {};
    this.isHeld = false;
    this.isAsking = false;
    this.isAskedAgain = false;
    this.askedAt = Date.now();
    this.waiting = null;
    this.isWaitingAbove = false;
    this.unseen = 0;
    this.seen = 0;
    this.title = document.title;
    this.hints = [];
  }

  start() {
    const ticker = setInterval(() => this.onTick(), POLL);
    this.registerCleanup(() => clearInterval(ticker));
    // what was changed on this very page
    this.addListener(this.el, "helpdesk_changed", ({detail}) =>
      detail.waitFor(this.ask())
    );
    this.startBus();
    this.startReading();
  }

  destroy() {
    this.hints.forEach(clearTimeout);
    clearTimeout(this.reading);
    document.title = this.title;
  }

  // -------------------------------------------------------------- when to ask

  startBus() {
    this.bus = this.services.bus_service;
    this.onHint = ({id}) => {
      if (id === Number(this.el.dataset.ticket)) {
        this.followHint();
      }
    };
    this.bus.subscribe("helpdesk.ticket/changed", this.onHint);
    this.registerCleanup(() =>
      this.bus.unsubscribe("helpdesk.ticket/changed", this.onHint)
    );
    // what happened while nobody told us
    this.addListener(this.bus, "BUS:RECONNECT", () => this.ask());
    this.bus.addChannel(this.el.dataset.channel);
    this.registerCleanup(() => this.bus.deleteChannel(this.el.dataset.channel));
  }

  get isTold() {
    return this.bus.workerState === "CONNECTED";
  }

  onTick() {
    const pause = this.isTold ? SAFETY : POLL;
    if (!document.hidden && Date.now() - this.askedAt >= pause - 1000) {
      this.ask();
    }
  }

  onVisibilityChange() {
    if (document.hidden) {
      return;
    }
    this.unseen = 0;
    document.title = this.title;
    this.noteSeen();
    this.ask();
  }

  async followHint() {
    this.hints.forEach(clearTimeout);
    if (!(await this.ask())) {
      this.hints = PATIENCE.map((delay) =>
        setTimeout(async () => {
          if (await this.ask()) {
            this.hints.forEach(clearTimeout);
          }
        }, delay)
      );
    }
  }

  /**
   * @returns {Promise<boolean>} whether there was something new
   */
  async ask() {
    if (this.isAsking) {
      this.isAskedAgain = true;
      return false;
    }
    this.isAsking = true;
    this.askedAt = Date.now();
    let news = false;
    try {
      news = await this.fetchNews();
    } catch {
      // no line: the next tick asks again
    } finally {
      this.isAsking = false;
    }
    if (this.isAskedAgain) {
      this.isAskedAgain = false;
      return this.ask();
    }
    return news;
  }

  async fetchNews() {
    const address = new URL(this.el.dataset.live, window.location.origin);
    address.searchParams.set("after", this.last);
    // without a mark, all parts come: what the focus held is among them
    address.searchParams.set("stamp", this.isHeld ? "" : this.stamp);
    if (this.since) {
      address.searchParams.set("since", this.since);
    }
    const response = await fetch(address, {cache: "no-store"});
    if (!response.ok || this.isDestroyed) {
      return false;
    }
    const news = await response.json();
    this.since = news.time;
    if (!news.parts) {
      return false;
    }
    const isNew = news.stamp !== this.stamp;
    this.stamp = news.stamp;
    this.protectSyncAfterAsync(() => this.show(news))();
    return isNew;
  }

  // -------------------------------------------------------------- what to show

  show(news) {
    const held = document.activeElement;
    const isTyping = Boolean(held && held.closest(".o_hsp_composer"));
    const before = isTyping && held.getBoundingClientRect().top;
    const added = this.showRows(news);
    this.showParts(news.parts);
    if (isTyping) {
      this.scroller.scrollTop += held.getBoundingClientRect().top - before;
    }
    this.last = Math.max(this.last, ...news.ids);
    this.tell(news, added);
    this.updateContent();
  }

  get scroller() {
    const wrap = document.querySelector("#wrapwrap");
    const scrolls = wrap && wrap.scrollHeight > wrap.clientHeight;
    return scrolls && /auto|scroll/.test(getComputedStyle(wrap).overflowY)
      ? wrap
      : document.scrollingElement;
  }

  /**
   * @returns {Array<HTMLElement>} the rows that were not there before
   */
  showRows({ids, rows}) {
    const added = [];
    const entries = this.el.querySelector("#entries");
    for (const {id, html} of rows) {
      const holder = document.createElement("div");
      holder.innerHTML = html;
      const row = holder.firstElementChild;
      const present = this.el.querySelector(`.o_hsp_entry[data-id="${id}"]`);
      if (present) {
        present.replaceWith(row);
      } else {
        row.classList.add("o_hsp_entry_new");
        entries.append(row);
        added.push(row);
      }
    }
    const kept = new Set(ids.map(String));
    for (const row of this.el.querySelectorAll(".o_hsp_entry")) {
      if (!kept.has(row.dataset.id)) {
        row.remove();
      }
    }
    const empty = this.el.querySelector(".o_hsp_no_comments");
    if (empty && this.el.querySelector(".o_hsp_message_line")) {
      empty.remove();
    }
    return added;
  }

  showParts(parts) {
    this.isHeld = false;
    for (const [name, html] of Object.entries(parts)) {
      const part = this.el.querySelector(`[data-part=${name}]`);
      if (!part || this.parts[name] === html) {
        continue;
      }
      if (part.contains(document.activeElement)) {
        this.isHeld = true;
        continue;
      }
      if (part.querySelector(".o_hsp_edit_form")) {
        this.showBoxes(part, html);
        continue;
      }
      this.parts[name] = html;
      const interactions = this.services["public.interactions"];
      interactions.stopInteractions(part);
      part.innerHTML = html;
      interactions.startInteractions(part);
    }
  }

  /**
   * Where a detail is being changed, the others are shown anew.
   */
  showBoxes(part, html) {
    const holder = document.createElement("div");
    holder.innerHTML = html;
    for (const box of part.querySelectorAll("[data-edit-box]")) {
      const fresh = holder.querySelector(`[data-edit-box="${box.dataset.editBox}"]`);
      if (fresh && !box.querySelector(".o_hsp_edit_form")) {
        box.replaceWith(fresh);
      }
    }
  }

  /**
   * Say it to those who listen, to those who scrolled away and to other tabs.
   */
  tell({said, count}, added) {
    const status = this.el.querySelector(".o_hsp_said");
    if (said) {
      status.textContent = "";
      this.waitForTimeout(() => (status.textContent = said), 100);
    }
    for (const row of added) {
      this.observer.observe(row);
    }
    if (!count) {
      return;
    }
    if (document.hidden) {
      this.unseen += count;
      document.title = `(${this.unseen}) ${this.title}`;
    }
    const first = added.find((row) => row.dataset.new);
    if (first && !this.isInSight(first)) {
      this.waiting = this.waiting || first;
      this.isWaitingAbove = this.waiting.getBoundingClientRect().top < 0;
    }
  }

  isInSight(row) {
    const {top} = row.getBoundingClientRect();
    return top >= 0 && top < window.innerHeight - 80;
  }

  onPillClick() {
    const row = this.waiting;
    this.waiting = null;
    row.scrollIntoView({block: "center"});
    row.tabIndex = -1;
    row.focus({preventScroll: true});
  }

  // -------------------------------------------------------------- what was read

  startReading() {
    this.inSight = 0;
    this.observer = new IntersectionObserver((entries) => {
      for (const {isIntersecting, target} of entries) {
        if (isIntersecting) {
          this.inSight = Math.max(this.inSight, Number(target.dataset.id));
          this.observer.unobserve(target);
          if (target === this.waiting) {
            this.waiting = null;
            this.updateContent();
          }
        }
      }
      this.noteSeen();
    });
    this.registerCleanup(() => this.observer.disconnect());
    for (const row of this.el.querySelectorAll(".o_hsp_entry[data-new]")) {
      this.observer.observe(row);
    }
  }

  /**
   * Say up to where it was read: by a beacon, which holds up nobody.
   */
  noteSeen() {
    const {seen} = this.el.dataset;
    clearTimeout(this.reading);
    if (!seen || this.inSight <= this.seen) {
      return;
    }
    this.reading = setTimeout(() => {
      if (document.hidden) {
        return;
      }
      this.seen = this.inSight;
      const form = new FormData();
      form.set("csrf_token", odoo.csrf_token);
      form.set("last", this.seen);
      navigator.sendBeacon(seen, form);
    }, GLANCE);
  }
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.ticket_live", TicketLive);
