CREATE TABLE "identifies" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sends" (
	"nonce" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"window_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	"message_id" text
);
