CREATE TABLE "feedback" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"task_id" text NOT NULL,
	"revision" integer NOT NULL,
	"agent_id" text NOT NULL,
	"turn_id" text,
	"kind" text NOT NULL,
	"rating" integer,
	"text" text,
	"by" text NOT NULL,
	"user_id" text NOT NULL,
	"standing" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "shows" jsonb;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "agent_id" text;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "turn_id" text;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "tier" text;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "domains" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "asked" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "submitted_at" bigint;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "accepted" boolean;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "judged_by" text;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "reasons" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "blocked" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "feedback_of_output" ON "feedback" USING btree ("project_id","task_id","revision");--> statement-breakpoint
CREATE INDEX "ledger_of_turn" ON "ledger" USING btree ("turn_id");--> statement-breakpoint
CREATE INDEX "outputs_of_agent" ON "outputs" USING btree ("agent_id");--> statement-breakpoint
UPDATE "outputs" SET "agent_id" = "assignments"."agent_id" FROM "assignments"
	WHERE "assignments"."project_id" = "outputs"."project_id" AND "assignments"."task_id" = "outputs"."task_id";--> statement-breakpoint
UPDATE "outputs" SET "tier" = "tasks"."tier", "accepted" = CASE
	WHEN EXISTS (SELECT 1 FROM "outputs" "later" WHERE "later"."project_id" = "outputs"."project_id"
		AND "later"."task_id" = "outputs"."task_id" AND "later"."revision" > "outputs"."revision") THEN false
	WHEN "tasks"."state" = 'accepted' THEN true END
	FROM "tasks" WHERE "tasks"."project_id" = "outputs"."project_id" AND "tasks"."id" = "outputs"."task_id";--> statement-breakpoint
UPDATE "outputs" SET "submitted_at" = "facts"."at" FROM "facts"
	WHERE "facts"."aggregate_id" = "outputs"."project_id" AND "facts"."type" = 'output-submitted'
	AND "facts"."body" ->> 'task' = "outputs"."task_id"
	AND ("facts"."body" -> 'submission' ->> 'revision')::integer = "outputs"."revision";
