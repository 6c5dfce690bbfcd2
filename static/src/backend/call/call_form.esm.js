import {Component, onMounted, useRef, useState} from "@odoo/owl";
import {focusOn} from "./call_focus.esm";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

/** How a chat copied from WhatsApp begins: in the browser, on the iPhone, on Android */
const CHAT =
  /^[\u200e\u200f]?\[?(\d{1,2}:\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}),?\s.{3,20}(\]|\s-)\s[^:\n]+:/m;

/** What the caller tells, and what it is about. */
export class CallForm extends Component {
  static template = "helpdesk_service_portal.CallForm";
  static props = {
    call: Object,
    card: {type: [Object, {value: null}]},
    options: Object,
    handle: Object,
    saving: Boolean,
    problem: String,
    onInput: Function,
    onSave: Function,
  };

  setup() {
    this.http = useService("http");
    this.notification = useService("notification");
    this.text = useRef("text");
    this.solution = useRef("solution");
    this.file = useRef("file");
    this.state = useState({uploading: []});
    const {handle} = this.props;
    handle.focusText = () => focusOn(this.text.el);
    handle.focusSolution = () => focusOn(this.solution.el);
    handle.isUploading = () => this.state.uploading.length > 0;
    onMounted(() => {
      if (this.props.call.chosen) {
        this.text.el.focus();
      }
    });
  }

  get places() {
    return this.props.card?.places || [];
  }

  get firstLine() {
    const line = this.props.call.text.split("\n").find((row) => row.trim());
    return line
      ? line.trim().slice(0, 80)
      : _t("The first line, if you leave it empty");
  }

  get pastePlaceholder() {
    return _t("Paste the chat: times and pictures are kept");
  }

  get saveLabel() {
    const {ticket} = this.props.call;
    return ticket ? _t("Add to #%s", ticket.number) : _t("Save");
  }

  get canInvite() {
    const {call, card} = this.props;
    return !card?.has_account && Boolean(card?.has_email || call.email.trim());
  }

  onPick(name, ev) {
    this.props.call[name] = Number(ev.target.value) || false;
    if (name === "type_id") {
      const kind = this.props.options.types.find(
        (one) => one.id === this.props.call[name]
      );
      this.props.call.priority = kind?.priority || this.props.call.priority;
    }
    this.props.onInput();
  }

  // WhatsApp: words keep their times, pictures come along

  onPaste(ev) {
    const data = ev.clipboardData;
    const pictures = [...(data?.files || [])];
    const text = data?.getData("text/plain") || "";
    if (CHAT.test(text)) {
      this.props.call.channel = "whatsapp";
      this.props.onInput();
    }
    if (pictures.length) {
      if (!text) {
        ev.preventDefault();
      }
      this.upload(pictures);
    }
  }

  onDrop(ev) {
    const files = [...(ev.dataTransfer?.files || [])];
    if (files.length) {
      ev.preventDefault();
      this.upload(files);
    }
  }

  onFiles(ev) {
    this.upload([...ev.target.files]);
    ev.target.value = "";
  }

  async upload(files) {
    const {call} = this.props;
    await Promise.all(files.map((file) => this.uploadOne(call, file)));
  }

  async uploadOne(call, file) {
    this.state.uploading.push(file.name);
    try {
      const form = {
        csrf_token: odoo.csrf_token,
        ufile: [file],
        model: "mail.compose.message",
        id: 0,
      };
      const answer = await this.http.post(
        "/web/binary/upload_attachment",
        form,
        "text"
      );
      const [data] = JSON.parse(answer);
      if (!data?.id) {
        throw new Error(data?.error || "");
      }
      call.files.push({
        id: data.id,
        name: data.filename,
        isImage: file.type.startsWith("image/"),
      });
      this.props.onInput();
    } catch (error) {
      this.notification.add(
        _t("The file “%(name)s” was not uploaded. %(why)s", {
          name: file.name,
          why: error.message || "",
        }),
        {type: "danger"}
      );
    } finally {
      this.state.uploading.splice(this.state.uploading.indexOf(file.name), 1);
    }
  }

  removeFile(file) {
    const {call} = this.props;
    call.files = call.files.filter((other) => other.id !== file.id);
    this.props.onInput();
  }
}
