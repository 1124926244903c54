CREATE TABLE "aggregates" (
	"id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"state" jsonb,
	"head_hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "assignments" (
	"project_id" text NOT NULL,
	"task_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"why" text NOT NULL,
	CONSTRAINT "assignments_project_id_task_id_pk" PRIMARY KEY("project_id","task_id")
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"id" text PRIMARY KEY NOT NULL,
	"ceiling_micro_usd" bigint NOT NULL,
	"ceiling_tokens" bigint NOT NULL,
	"spent_micro_usd" bigint DEFAULT 0 NOT NULL,
	"reserved_micro_usd" bigint DEFAULT 0 NOT NULL,
	"overdraft_micro_usd" bigint DEFAULT 0 NOT NULL,
	"spent_tokens" bigint DEFAULT 0 NOT NULL,
	"reserved_tokens" bigint DEFAULT 0 NOT NULL,
	"overdraft_tokens" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "budgets_money" CHECK ("budgets"."spent_micro_usd" + "budgets"."reserved_micro_usd" <= "budgets"."ceiling_micro_usd"),
	CONSTRAINT "budgets_tokens" CHECK ("budgets"."spent_tokens" + "budgets"."reserved_tokens" <= "budgets"."ceiling_tokens")
);
--> statement-breakpoint
CREATE TABLE "facts" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"aggregate_id" text NOT NULL,
	"version" integer NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"body" jsonb NOT NULL,
	"at" bigint NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "files" (
	"sha256" text PRIMARY KEY NOT NULL,
	"bytes" integer NOT NULL,
	"content" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"event_id" text PRIMARY KEY NOT NULL,
	"aggregate_id" text NOT NULL,
	"type" text NOT NULL,
	"accepted_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger" (
	"id" text PRIMARY KEY NOT NULL,
	"aggregate_id" text NOT NULL,
	"turn_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"tier" text NOT NULL,
	"model" text NOT NULL,
	"input_tokens" integer NOT NULL,
	"cached_tokens" integer NOT NULL,
	"output_tokens" integer NOT NULL,
	"estimated" boolean NOT NULL,
	"micro_usd" bigint NOT NULL,
	"latency_ms" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" text PRIMARY KEY NOT NULL,
	"place" text NOT NULL,
	"speaker" text NOT NULL,
	"agent_id" text,
	"text" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigserial NOT NULL,
	"kind" text NOT NULL,
	"lane" text NOT NULL,
	"payload" jsonb NOT NULL,
	"status" text DEFAULT 'ready' NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	"not_before" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outputs" (
	"project_id" text NOT NULL,
	"task_id" text NOT NULL,
	"revision" integer NOT NULL,
	"summary" text NOT NULL,
	"files" jsonb NOT NULL,
	"checks" jsonb NOT NULL,
	CONSTRAINT "outputs_project_id_task_id_revision_pk" PRIMARY KEY("project_id","task_id","revision")
);
--> statement-breakpoint
CREATE TABLE "pending_decisions" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"opened_at" bigint NOT NULL,
	"outcome" text,
	"by" text
);
--> statement-breakpoint
CREATE TABLE "personas" (
	"agent_id" text NOT NULL,
	"version" integer NOT NULL,
	"persona" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "personas_agent_id_version_pk" PRIMARY KEY("agent_id","version")
);
--> statement-breakpoint
CREATE TABLE "places" (
	"key" text PRIMARY KEY NOT NULL,
	"place_order" jsonb NOT NULL,
	"channel_id" text,
	"cursor" text,
	CONSTRAINT "places_channel_id_unique" UNIQUE("channel_id")
);
--> statement-breakpoint
CREATE TABLE "posts" (
	"id" text PRIMARY KEY NOT NULL,
	"place" text NOT NULL,
	"agent_id" text NOT NULL,
	"message_ids" text[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reservations" (
	"id" text PRIMARY KEY NOT NULL,
	"scopes" text[] NOT NULL,
	"micro_usd" bigint NOT NULL,
	"tokens" bigint NOT NULL,
	"is_settled" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "specialists" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"title" text NOT NULL,
	"skills" jsonb NOT NULL,
	"persona_version" integer NOT NULL,
	"reserved_by" text,
	"projects" integer NOT NULL,
	"accepted" integer NOT NULL,
	"rejections" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "steps" (
	"turn_id" text NOT NULL,
	"key" text NOT NULL,
	"result" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "steps_turn_id_key_pk" PRIMARY KEY("turn_id","key")
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"project_id" text NOT NULL,
	"id" text NOT NULL,
	"title" text NOT NULL,
	"state" text NOT NULL,
	"tier" text NOT NULL,
	"rejections" integer NOT NULL,
	"started_at" bigint,
	"accepted_at" bigint,
	CONSTRAINT "tasks_project_id_id_pk" PRIMARY KEY("project_id","id")
);
--> statement-breakpoint
CREATE TABLE "texts" (
	"hash" text PRIMARY KEY NOT NULL,
	"text" text
);
--> statement-breakpoint
CREATE TABLE "turns" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigserial NOT NULL,
	"aggregate_id" text NOT NULL,
	"conversation" text NOT NULL,
	"agent_id" text NOT NULL,
	"kind" text NOT NULL,
	"tier" text NOT NULL,
	"subject" jsonb NOT NULL,
	"status" text DEFAULT 'ready' NOT NULL,
	"persona_version" integer DEFAULT 1 NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	"not_before" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE UNIQUE INDEX "facts_of_aggregate" ON "facts" USING btree ("aggregate_id","version");--> statement-breakpoint
CREATE INDEX "messages_of_place" ON "messages" USING btree ("place","at");--> statement-breakpoint
CREATE INDEX "outbox_open" ON "outbox" USING btree ("lane","seq") WHERE status in ('ready','running');--> statement-breakpoint
CREATE INDEX "turns_open" ON "turns" USING btree ("conversation","seq") WHERE status in ('ready','running');