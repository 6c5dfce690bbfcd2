-- a copy for tests: clocks and customer mail wait, whatever servers are set up later
INSERT INTO ir_config_parameter (key, value)
VALUES ('helpdesk_service_portal.hold', 'neutralized')
    ON CONFLICT (key) DO
       UPDATE SET value = 'neutralized';
DELETE FROM ir_config_parameter
 WHERE key = 'helpdesk_service_portal.hold_before';

-- who was to be invited is asked for again
UPDATE helpdesk_invitation
   SET state = 'draft'
 WHERE state = 'queued';

-- ways in that the customers hold
DELETE FROM helpdesk_sign_in_link;

-- what watches the real one does not watch the copy
DELETE FROM ir_config_parameter
 WHERE key = 'helpdesk_service_portal.health_token';
