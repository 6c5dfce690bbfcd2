import json
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.helpdesk_ticket_portal import HelpdeskTicket
from .pictures import picture
from .portal_common import HELP, PDF, PortalCommon


@tagged("post_install", "-at_install")
class TestPortalForm(PortalCommon):
    """A hotel employee files a ticket, and nothing they typed is ever lost."""

    # ------------------------------------------------------------
    # What the form says and offers
    # ------------------------------------------------------------

    def test_list_leads_to_form(self):
        """S3-08 In the ticket panel, "Create new ticket". S0-12 Inside Tickets there
        is "Add ticket"."""
        self.sign_in()
        for page in ("/my", "/my/tickets"):
            with self.subTest(page=page):
                link = self.get(page).xpath("//main//a[@href='/new/ticket']")[0]
                self.assertEqual(self.words(link), "Create new ticket")

    def test_one_topic_one_ticket(self):
        """S0-24 The portal and the mails tell the customer not to open several tickets
        for one topic."""
        self.sign_in()
        for page in ("/my", "/new/ticket"):
            with self.subTest(page=page):
                tree = self.get(page)
                hint = tree.xpath("//main//section[h2='One topic, one ticket']")[0]
                self.assertIn("instead of opening another one", self.words(hint))

    def test_form_asks_to_fill_in_fields(self):
        """S3-09 The form opens with "please fill in the following fields"."""
        self.sign_in()
        self.get("/new/ticket?type=incident")
        self.assertIn("lease fill in the following fields", self.text)

    def test_apology_for_incidents_only(self):
        """S3-09 The form opens with a sorry-for-the-trouble text."""
        self.incident.intro = "We are sorry for the trouble."
        self.question.intro = "Ask us anything."
        self.sign_in()
        for code, shown in (("incident", self.incident), ("", self.question)):
            with self.subTest(code=code):
                tree = self.get(f"/new/ticket?type={code}")
                intros = tree.xpath("//p[contains(@class,'o_hsp_intro')][not(@hidden)]")
                self.assertEqual([self.words(i) for i in intros], [shown.intro])

    def test_subject_advises_to_be_brief(self):
        """S3-10 Subject, with the hint "try to be brief about your problem".
        S0-14 Subject, with advice to be brief and concise."""
        self.sign_in()
        tree = self.get("/new/ticket")
        field = tree.xpath("//input[@name='subject']")[0]
        hint = tree.get_element_by_id(field.get("aria-describedby").split()[0])
        self.assertIn("Be brief", self.words(hint))

    def test_description_advises_to_be_clear(self):
        """S3-14 Description with the hint "write any information you think is
        important…". S0-16 with advice to be as descriptive and clear as possible."""
        self.sign_in()
        tree = self.get("/new/ticket")
        field = tree.xpath("//textarea[@name='description']")[0]
        hint = tree.get_element_by_id(field.get("aria-describedby").split()[0])
        self.assertIn("as clear as you can", self.words(hint))
        self.assertIn("any information you think is important", self.words(hint))

    def test_types_with_question_chosen(self):
        """S3-13 Ticket type: question / request / incident (default: Question)."""
        self.sign_in()
        tree = self.get("/new/ticket")
        names = [self.words(n) for n in tree.xpath("//span[@class='o_hsp_type_name']")]
        self.assertEqual(names[:3], ["Question", "Request", "Incident"])
        chosen = tree.xpath("//input[@name='type'][@checked]/@value")
        self.assertEqual(chosen, [str(self.question.id)])

    def test_category_from_a_list(self):
        """S3-12 Category: chosen from a list. S0-13 … one to be chosen (editable)."""
        category = self._create_category("Invoices")
        self._create_category("Hidden", show_in_portal=False)
        self.sign_in()
        options = self._options(self.get("/new/ticket"), "category")
        self.assertIn("Invoices", options)
        self.assertNotIn("Hidden", options)
        self.send_ticket(category=category.id)
        self.assertEqual(self.tickets()[0].category_id, category)

    def test_category_is_obligatory_where_the_desk_says_so(self):
        """S0-13 Category: a list …, one to be chosen."""
        self._create_category("Invoices")
        self.company.helpdesk_mgmt_portal_category_id_required = True
        self.sign_in()
        tree = self.send_ticket()
        self.assertEqual(self._error(tree, "category"), "Choose a category.")
        self.assertFalse(self.tickets())

    def test_one_location_is_not_asked(self):
        """S0-15 With one hotel it is filled in silently."""
        self.sign_in()
        tree = self.get("/new/ticket")
        self.assertFalse(tree.xpath("//*[@name='location']"))
        self.assertIn("Hotel Sol Nuevo Vallarta", self.part(tree, "only_location"))
        self.send_ticket()
        self.assertEqual(self.tickets()[0].location_id, self.location)

    def test_no_location_no_field(self):
        """S0-15 The hotel is asked only if there is more than one."""
        self.location.show_in_portal = False
        self.sign_in()
        tree = self.get("/new/ticket")
        self.assertFalse(tree.xpath("//*[@name='location' or @name='only_location']"))

    def test_several_locations_are_asked(self):
        """S3-11 Location: site of the customer where it happened, from a list of his
        sites. S0-15 the list holds only his hotels."""
        second = self._create_location("Hotel Sol Cancún", self.hotel)
        self._create_location("Hotel Luna Centro", self.other_hotel)
        self.sign_in()
        options = self._options(self.get("/new/ticket"), "location")
        self.assertEqual(
            options, ["Choose…", "Hotel Sol Cancún", "Hotel Sol Nuevo Vallarta"]
        )
        self.send_ticket(location=second.id)
        self.assertEqual(self.tickets()[0].location_id, second)

    def test_managed_locations_go_before_the_company_s(self):
        """S0-15 only if the user's e-mail manages more than one hotel; his hotels."""
        managed = [
            self._create_location(name, self.hotel, manager_ids=self.ana.partner_id.ids)
            for name in ("Sol Norte", "Sol Sur")
        ]
        self.sign_in()
        options = self._options(self.get("/new/ticket"), "location")
        self.assertEqual(options[1:], [location.name for location in managed])

    def test_last_location_is_preselected_and_marked(self):
        """S3-11 … the last used one preselected and marked as such (Settled)."""
        second = self._create_location("Hotel Sol Cancún", self.hotel)
        self._create_ticket(location_id=second.id)
        self.sign_in()
        tree = self.get("/new/ticket")
        chosen = tree.xpath("//select[@name='location']/option[@selected]")
        self.assertEqual(
            [self.words(option) for option in chosen],
            ["Hotel Sol Cancún (used last time)"],
        )

    def test_location_is_obligatory_and_one_s_own(self):
        """S3-11 Location: … from a list of his sites: no other is accepted."""
        self._create_location("Hotel Sol Cancún", self.hotel)
        foreign = self._create_location("Hotel Luna Centro", self.other_hotel)
        self.sign_in()
        for value in ("", foreign.id, "abc", 2**40):
            with self.subTest(value=value):
                tree = self.send_ticket(location=value)
                self.assertEqual(
                    self._error(tree, "location"), "Choose where it happens."
                )
        self.assertFalse(self.tickets())

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    def test_send_saves_the_ticket(self):
        """S3-15 "Send" under the form saves the ticket for follow-up. S0-19 "Send"
        delivers the query to support immediately."""
        self.sign_in()
        self.send_ticket(type=self.incident.id, priority="3", description="<b>x</b>\ny")
        ticket = self.tickets()
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "No WiFi",
                    "partner_id": self.ana.partner_id.id,
                    "partner_email": self.ana.email,
                    "team_id": self.team.id,
                    "stage_kind": "new",
                    "user_id": False,
                    "type_id": self.incident.id,
                    "priority": "3",
                    "channel_id": self.env.ref(
                        "helpdesk_mgmt.helpdesk_ticket_channel_web"
                    ).id,
                }
            ],
        )
        self.assertIn("&lt;b&gt;x&lt;/b&gt;<br", ticket.description)

    def test_confirmation_says_what_happens_next(self):
        """D-02 After sending, the ticket page appears with a confirmation: number,
        expected answer, where the copy was sent, hours, what to do if urgent."""
        self.env["helpdesk.ticket.team.promise"].create(
            {"team_id": self.team.id, "priority": "1", "answer_hours": 72}
        )
        self.sign_in()
        tree = self.send_ticket()
        ticket = self.tickets()
        self.assertEqual(self.path, f"/my/ticket/{ticket.id}?sent=1")
        band = self.part(tree, "received")
        self.assertIn(f"Received: #{ticket.number}", band)
        self.assertIn("We answer before ", band)
        self.assertIn(self.ana.email, band)
        self.assertIn("+52 55 1000 9999", band)

    def test_confirmation_is_not_repeated_by_an_old_address(self):
        """D-02 … a confirmation: of what was just sent, not of last year's ticket."""
        with self.clock(days=-1):
            ticket = self._create_ticket()
        self.sign_in()
        tree = self.get(f"/my/ticket/{ticket.id}?sent=1")
        self.assertFalse(self.part(tree, "received"))

    def test_fields_of_others_are_ignored(self):
        """S3-15 "Send" saves what the form asks, nothing else that was posted."""
        self.sign_in()
        self.send_ticket(
            partner_id=self.eva.partner_id.id,
            user_id=self.laura.id,
            stage_id=self.stages["closed"].id,
            team_id=1,
            number="HT1",
        )
        ticket = self.tickets()
        self.assertEqual(ticket.partner_id, self.ana.partner_id)
        self.assertEqual(ticket.stage_kind, "new")
        self.assertFalse(ticket.user_id)
        self.assertNotEqual(ticket.number, "HT1")

    def test_errors_stand_beside_fields_and_keep_everything(self):
        """S3-15 "Send": what is missing is said beside the field, the rest stays."""
        self.sign_in()
        tree = self.send_ticket(subject=" ", description="Kept text", priority="2")
        self.assertEqual(self._error(tree, "subject"), "Write a subject.")
        self.assertFalse(self._error(tree, "description"))
        summary = tree.xpath("//div[@id='form_errors']//a/@href")
        self.assertEqual(summary, ["#field_subject"])
        self.assertEqual(
            tree.xpath("//textarea[@name='description']")[0].text, "Kept text"
        )
        self.assertEqual(
            tree.xpath("//input[@name='priority'][@checked]/@value"), ["2"]
        )
        self.assertFalse(self.tickets())

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def test_several_files_are_attached(self):
        """S0-18 A file can be attached to the ticket itself, outside the text."""
        self.sign_in()
        self.send_ticket(
            files=[
                ("attachment", ("receipt.pdf", PDF, "application/pdf")),
                ("attachment", ("../../evil\u202efdp.png", picture(), "text/html")),
            ]
        )
        files = self.tickets()._get_public_attachments()
        self.assertEqual(files.mapped("name"), ["receipt.pdf", "evilfdp.png"])
        self.assertEqual(files.mapped("mimetype"), ["application/pdf", "image/png"])

    def test_refused_file_names_formats_and_keeps_the_others(self):
        """S0-18 A file …: what is refused is said, what was uploaded stays."""
        self.sign_in()
        tree = self.send_ticket(
            files=[
                ("attachment", ("receipt.pdf", PDF, "application/pdf")),
                ("attachment", ("film.mkv", b"abc", "video/x-matroska")),
            ]
        )
        self.assertIn("film.mkv", self._error(tree, "attachment"))
        self.assertIn("PDF, Word, Excel", self._error(tree, "attachment"))
        self.assertFalse(self.tickets())
        self.send_ticket(pending=tree.xpath("//input[@name='pending']/@value"))
        files = self.tickets()._get_public_attachments()
        self.assertEqual(files.mapped("name"), ["receipt.pdf"])

    def test_uploaded_file_can_be_removed_without_javascript(self):
        """S0-18 A file can be attached, and taken away again."""
        self.sign_in()
        tree = self.send_ticket(
            subject="", files=[("attachment", ("receipt.pdf", PDF, "application/pdf"))]
        )
        token = tree.xpath("//button[@name='remove']/@value")[0]
        tree = self.send_ticket(remove=token, pending=token)
        self.assertFalse(tree.xpath("//input[@name='pending']"))
        self.assertFalse(self.tickets())

    def test_uploaded_file_belongs_to_its_user(self):
        """S0-18 A file …: another user's upload cannot be taken by its token."""
        self.sign_in(self.luis)
        tree = self.send_ticket(
            subject="", files=[("attachment", ("receipt.pdf", PDF, "application/pdf"))]
        )
        token = tree.xpath("//input[@name='pending']/@value")[0]
        self.sign_in()
        for stolen in (token, token.split("-")[0], f"{token}0", "1-", "ñ", "-"):
            with self.subTest(stolen=stolen):
                tree = self.send_ticket(pending=stolen, subject="")
                self.assertFalse(tree.xpath("//input[@name='pending']"))

    # ------------------------------------------------------------
    # Once, and never lost
    # ------------------------------------------------------------

    def test_sent_twice_is_one_ticket(self):
        """S3-15 "Send" saves the ticket: double click and reload give one."""
        self.sign_in()
        key = self.key(self.get("/new/ticket"))
        self.send_ticket(submission_key=key)
        first = self.path
        self.send_ticket(submission_key=key)
        self.assertEqual(self.path, first)
        self.assertEqual(len(self.tickets()), 1)

    @mute_logger("odoo.sql_db")
    def test_two_at_the_same_time_are_one_ticket(self):
        """S3-15 "Send" saves the ticket: of two at once, one."""
        self.sign_in()
        key = self.key(self.get("/new/ticket"))
        self.send_ticket(submission_key=key)
        first = self.path
        look = HelpdeskTicket._portal_submitted
        looks = []

        def look_too_early(tickets, key):
            looks.append(key)
            return look(tickets, key if len(looks) > 1 else None)

        with patch.object(HelpdeskTicket, "_portal_submitted", look_too_early):
            self.send_ticket(submission_key=key)
        self.assertEqual(looks, [key, key])
        self.assertEqual(self.path, first)
        self.assertEqual(len(self.tickets()), 1)

    def test_equal_tickets_of_two_forms_are_two(self):
        """S3-15 "Send" saves the ticket: the key decides, not the content."""
        self.sign_in()
        for _time in range(2):
            self.send_ticket(submission_key=self.key(self.get("/new/ticket")))
        self.assertEqual(len(self.tickets()), 2)

    def test_key_of_another_user_gives_nothing_away(self):
        """S3-15 "Send" saves the ticket: one's own, whatever key is posted."""
        key = "k" * 24
        self.sign_in(self.luis)
        self.send_ticket(submission_key=key)
        self.sign_in()
        self.send_ticket(submission_key=key)
        self.assertEqual(len(self.tickets()), 1)
        self.assertEqual(len(self.tickets(self.luis)), 1)

    def test_other_words_in_a_form_sent_before_are_kept(self):
        """D-08 …, with the text kept: going back and writing about something else."""
        self.sign_in()
        key = self.key(self.get("/new/ticket"))
        self.send_ticket(submission_key=key)
        self.send_ticket(submission_key=key, subject="Printer", description="Smoke")
        self.assertIn("had been sent already", self.text)
        tree = self.get("/new/ticket")
        self.assertEqual(tree.xpath("//input[@name='subject']/@value"), ["Printer"])
        self.assertNotEqual(self.key(tree), key)

    def test_visitor_is_taken_to_sign_in_and_back(self):
        """S0-04 A visitor who is not properly signed in cannot send a ticket …; he is
        told so and taken to sign in (text already typed is kept). D-08 Every refusal
        for a missing or ended session names the help address and returns to the same
        place after signing in, with the text kept."""
        before = self.env["helpdesk.ticket"].search_count([])
        self.authenticate(None, None)
        tree = self.send_ticket(subject="Kept subject", description="Kept text")
        self.assertIn("/web/login?redirect=", self.path)
        self.assertIn("your text is saved", self.text)
        self.assertIn(HELP, self.part(tree, "helpdesk_help_address"))
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)
        tree = self._sign_in_by_form(tree)
        self.assertEqual(self.path, "/new/ticket")
        self.assertEqual(
            tree.xpath("//input[@name='subject']/@value"), ["Kept subject"]
        )
        self.assertEqual(
            tree.xpath("//textarea[@name='description']")[0].text, "Kept text"
        )

    def test_kept_text_is_not_shown_to_another_user(self):
        """D-08 … with the text kept: for who wrote it, not for who signs in next."""
        self.sign_in(self.luis)
        tree = self.get("/new/ticket")
        owner = tree.xpath("//input[@name='owner']/@value")[0]
        self.authenticate(None, None)
        tree = self.send_ticket(subject="Of Luis", owner=owner)
        tree = self._sign_in_by_form(tree)
        self.assertEqual(tree.xpath("//input[@name='subject']/@value"), [""])

    def test_sent_text_is_forgotten(self):
        """D-08 … the text kept: until it is sent."""
        self.authenticate(None, None)
        tree = self.send_ticket(subject="Kept subject", description="Kept text")
        self._sign_in_by_form(tree)
        self.send_ticket(csrf=True)
        tree = self.get("/new/ticket")
        self.assertEqual(tree.xpath("//input[@name='subject']/@value"), [""])

    @mute_logger("odoo.http")
    def test_stale_form_comes_back_as_it_was(self):
        """D-08 Every refusal for an ended session … names the help address … with the
        text kept: a form of an earlier session."""
        self.sign_in()
        tree = self.send_ticket(csrf=False, csrf_token="old", subject="Kept subject")
        self.assertIn("Nothing is lost", self.text)
        self.assertIn(HELP, self.text)
        self.assertEqual(
            tree.xpath("//input[@name='subject']/@value"), ["Kept subject"]
        )
        self.assertFalse(self.tickets())

    # ------------------------------------------------------------
    # Hostile
    # ------------------------------------------------------------

    def test_sending_needs_a_post(self):
        """S3-15 "Send" saves the ticket: by POST, never by a link."""
        self.sign_in()
        self.get("/submitted/ticket?subject=a&description=b", status=405)
        self.assertFalse(self.tickets())

    def test_no_parameter_breaks_the_form(self):
        """S3-15 "Send": whatever is posted ends in a page, never in an error 500."""
        self.sign_in()
        hostile = ["", "abc", "-1", "0", "9" * 400, "1e3", "\x00", "☃", "[1]", "1 or 1"]
        for value in hostile:
            for field in ("location", "category", "type", "priority", "pending"):
                with self.subTest(field=field, value=value[:9]):
                    self.send_ticket(**{field: value, "subject": ""})
        with self.subTest("control characters"):
            self.send_ticket(subject="a\x00b", description="\x00\x08c\ud7ff")
            self.assertEqual(self.tickets()[0].name, "ab")
        with self.subTest("nothing"):
            self.post("/submitted/ticket")
        with self.subTest("too long"):
            tree = self.send_ticket(subject="x" * 201, description="y" * 50_001)
            self.assertIn("too long", self._error(tree, "subject"))
            self.assertIn("too long", self._error(tree, "description"))
        with self.subTest("text field as file"):
            self.send_ticket(files=[("subject", ("a.pdf", PDF, "application/pdf"))])
        for query in ("type=%00", "type=[]", "type=1&type=2", "x=" + "y" * 3000):
            with self.subTest(query=query[:9]):
                self.get(f"/new/ticket?{query}")

    # ------------------------------------------------------------

    def _create_category(self, name, **vals):
        return self.env["helpdesk.ticket.category"].create({"name": name, **vals})

    def _create_location(self, name, partner, **vals):
        return self.env["helpdesk.ticket.location"].create(
            {"name": name, "partner_id": partner.id, **vals}
        )

    def _options(self, tree, name):
        return [
            self.words(option)
            for option in tree.xpath(f"//select[@name='{name}']/option")
        ]

    def _error(self, tree, field):
        node = tree.xpath(f"//*[@id='error_{field}']")
        if node:
            described = tree.xpath(f"//*[@id='field_{field}']/@aria-describedby")
            self.assertIn(f"error_{field}", described[0])
        return self.words(node[0]) if node else ""

    def _sign_in_by_form(self, tree):
        form = tree.xpath("//form[contains(@class, 'oe_login_form')]")[0]
        fields = {
            node.get("name"): node.get("value", "")
            for node in form.xpath(".//input[@type='hidden']")
        }
        fields |= {"login": self.ana.login, "password": self.ana.login}
        page = self._read(self.url_open("/web/login", data=fields), 200)
        self.session.update(self._get_session())
        return page

    def _get_session(self):
        """Return what the server holds of the session, whose id login rotated."""
        from odoo.http import root

        sid = self.opener.cookies.get("session_id")
        self.session = root.session_store.get(sid)
        return json.loads(json.dumps(dict(self.session)))
