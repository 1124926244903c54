CREATE TABLE "memories" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigserial NOT NULL,
	"scope" text NOT NULL,
	"kind" text NOT NULL,
	"text_hash" text NOT NULL,
	"subject" text,
	"trust" text NOT NULL,
	"project_id" text,
	"turn_id" text,
	"message_id" text,
	"agent_id" text,
	"speaker" text,
	"place" text,
	"at" bigint NOT NULL,
	"superseded_by" text,
	"superseded_as" text,
	"read_by" integer DEFAULT 0 NOT NULL,
	"words" integer DEFAULT 0 NOT NULL,
	"distinct_words" integer DEFAULT 0 NOT NULL,
	"is_dirty" boolean DEFAULT true NOT NULL,
	"forgotten_at" bigint,
	CONSTRAINT "memories_seq_unique" UNIQUE("seq")
);
--> statement-breakpoint
CREATE TABLE "memory_words" (
	"scope" text NOT NULL,
	"kind" text NOT NULL,
	"word" text NOT NULL,
	"seq" bigint NOT NULL,
	"times" integer NOT NULL,
	CONSTRAINT "memory_words_scope_kind_word_seq_pk" PRIMARY KEY("scope","kind","word","seq")
);
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "remembered" text;--> statement-breakpoint
CREATE INDEX "memories_of_scope" ON "memories" USING btree ("scope","kind");--> statement-breakpoint
CREATE INDEX "memories_unread" ON "memories" USING btree ("read_by","scope");--> statement-breakpoint
CREATE INDEX "memories_of_text" ON "memories" USING btree ("text_hash");--> statement-breakpoint
CREATE INDEX "memories_dirty" ON "memories" USING btree ("seq") WHERE is_dirty;--> statement-breakpoint
CREATE INDEX "memory_words_of_memory" ON "memory_words" USING btree ("seq");--> statement-breakpoint
CREATE INDEX "messages_untaken" ON "messages" USING btree ("project_id") WHERE "messages"."remembered" is distinct from md5("messages"."text");