DROP TABLE credit_entry;

DROP TABLE card_step;

DROP TABLE card_payment;

DROP INDEX ix_payment_card;

ALTER TABLE payment DROP COLUMN card;

ALTER TABLE payment DROP COLUMN rounding_cents;
