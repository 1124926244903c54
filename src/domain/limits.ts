// Every limit a decision uses, with its unit in its name. A limit of Discord or of a library stands
// beside its adapter instead.

export const limits = {
  /** Questions the PM may put to the Director at a time. */
  questionsMax: 3,
  /** Times the Director is asked before the PM goes on with what it knows. */
  questionRoundsMax: 3,
  approachesMax: 4,
  /** Open tasks of a plan; more would be a plan nobody can read. */
  planTasksMax: 40,
  planStreamsMax: 12,
  planTeamMax: 12,
  /** Tasks, all in one stream, up to which the PM may coordinate the work itself. */
  smallProjectTasksMax: 3,
  /** Specialists of one stream from which on a second Collaborator is worth its turns. */
  secondCollaboratorSpecialistsMin: 5,
  /** Seats that one LLM may fill; with more it would be the whole team and nobody's colleague. */
  seatsPerSpecialistMax: 3,
  taskAfterMax: 10,
  taskFilesMax: 5,
  criteriaPerOutputMax: 8,
  /** Times a bad plan goes back to the PM before the Director sees what is wrong with it. */
  planRepairsMax: 2,
  /** Rejections after which the model tier goes up, and after which a human decides. */
  rejectionsBeforeTierUp: 2,
  rejectionsBeforeDirector: 3,
  /** Questions a Specialist may put to colleagues before it submits or a human decides. */
  questionsPerTaskMax: 4,
  /** Share of a project's ceiling that one task may use. */
  taskBudgetShare: 0.5,
  /** Times a failed turn is ordered again before the Director is asked. */
  turnRetriesMax: 1,
  /** Model calls of one turn that do not get it further, repairs of bad answers among them. */
  stepsPerTurnMax: 12,
  /** All model calls of one turn. */
  callsPerTurnMax: 100,
  repairsPerTurnMax: 2,
  toolCallsPerTurnMax: 24,
  /** Commands of one turn: staffing a plan of 40 tasks takes one per task, stream and member. */
  commandsPerTurnMax: 80,
  /** Tokens of an answer beyond what people see of it, for models that think before they speak. */
  reasoningTokens: 4_000,
  /** How long a model may give no sign until the people who wait are told. */
  silenceMs: 30_000,
  /** Remarks and dialogue lines kept in a project's state; older ones stay in the record. */
  dialogueLinesMax: 40,
  /** Words of people on outputs kept in a project's state; older ones stay in the record. */
  feedbackMax: 200,
  /** Outputs that went back, with the reasons, kept for the learning. */
  returnsMax: 120,
  /** Characters of a Director's message that reach a prompt, attachments included. */
  objectiveCharsMax: 20_000,
  titleCharsMax: 80,
  summaryCharsMax: 2_000,
  fileBytesMax: 1_000_000,
  /** Characters of one file that a prompt carries; the rest is named as left out. */
  fileInPromptCharsMax: 12_000,
  /** Characters of all files together. */
  filesInPromptCharsMax: 60_000,
  /** Tasks one Specialist works on at a time (settled point 5). */
  tasksPerSpecialist: 1,
  /** Lessons of past projects that prompts may carry; older ones stay in the record. */
  lessonsMax: 30,
  /** Memories that a prompt is given, their tokens, and how much of its matter is asked with. */
  memoriesInPromptMax: 6,
  memoriesInPromptTokensMax: 1_000,
  recallQuestionCharsMax: 600,
  /** Notes of one turn that are kept. */
  notesPerTurnMax: 3,
  /** Proofs of what was forgotten that are at hand; older ones stay in the record. */
  erasuresMax: 30,
  /** Past tasks that estimates are made from. */
  historyTasksMax: 100,
  /** Bullets of one prompt, words of one, tokens of all together: LEARNING.md §1.2. */
  bulletsInPromptMax: 24,
  bulletWordsMax: 60,
  bulletCharsMax: 500,
  /** 1,500 tokens at four characters each. */
  bulletsInPromptCharsMax: 6_000,
  bulletScopeMax: 12,
  /** Outputs that a bullet or a proposal points at. */
  bulletEvidenceMax: 20,
  /** Tasks of past projects that track records are made from. */
  worksMax: 1_000,
  pairingsMax: 400,
  /** Decided proposals that are kept; older ones stay in the record. */
  rewritesMax: 100,
  adviceMax: 30,
  /** Proposals, and pieces of advice, of one study. */
  proposalsPerStudyMax: 6,
  /** Patterns of collaboration that a prompt carries. */
  patternsMax: 8,
  /** Complaints that a study is shown of all projects together. */
  recurringMax: 12,
  /** Lines of one Specialist in a report. */
  scoresShownMax: 4,
  /** An alert of one cause is given at most this often. */
  alertEveryMs: 3_600_000,
  /** The Director is reminded of what waits for them after this long. */
  decisionReminderMs: 24 * 3_600_000,
} as const;
