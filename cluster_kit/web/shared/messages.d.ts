// Messages between browser and server. Written by docs/make_messages.py from the models; do not edit.

/** A message of a facilitator to the audience named in ``to`` (empty: everyone). Undoing the event removes it. */
export interface AnnouncementView {
  id: string;
  text: string;
  at: string;
  to: string;
  ends: boolean;
}

/** Changed fields of ``AnnouncementsView``. */
export interface AnnouncementsChanges {
  longest?: number;
  audiences?: Array<AudienceView>;
  message?: AnnouncementView | null;
  earlier?: Array<AnnouncementView>;
  links?: Array<SharedLinkView>;
  parked?: Array<ParkedView>;
}

/** A changed ``AnnouncementsView``. */
export interface AnnouncementsUpdate {
  type: "view";
  panel: "announcements";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: AnnouncementsChanges;
}

/**
 * The message at the top of every page, the ``earlier`` ones that return when it is removed, links, parking lot.
 * ``longest`` is the number of characters that a message may have, ``audiences`` are those to choose from.
 */
export interface AnnouncementsView {
  longest: number;
  audiences: Array<AudienceView>;
  message: AnnouncementView | null;
  earlier: Array<AnnouncementView>;
  links: Array<SharedLinkView>;
  parked: Array<ParkedView>;
}

/** The reason why an answer is refused, as a sentence. */
export interface AnswerProblem {
  id: string;
  sentence: string;
}

/** Approve the words of a segment's board (the subject) that the shared screen may show. */
export interface ApproveWords {
  words: Array<string>;
}

/** A policy area and its items. ``examples`` are those about none of its items. */
export interface AreaView {
  id: string;
  title: string;
  intro: string;
  items: Array<ItemView>;
  examples: Array<PublishedExampleView>;
}

/** A page's question to a prompt's extension, and the rows that the page follows from now on. */
export interface Ask {
  type: "ask";
  message: string;
  prompt: string;
  asked: Record<string, any>;
  rows?: Array<string>;
}

/**
 * Ask the facilitators for more time in the current segment, or withdraw that (``on`` false). It is over when a
 * facilitator gives minutes or goes on.
 */
export interface AskForTime {
  on?: boolean;
}

/**
 * A poll with its counts; ``answered`` is the total in words. ``reason``: why participants cannot see its results
 * now; empty if they can or do.
 */
export interface AskedPollView {
  id: string;
  text: string;
  at: string;
  is_open: boolean;
  is_rating: boolean;
  options: Array<OptionCountView>;
  people: number;
  answered: string;
  is_shown: boolean;
  reason: string;
}

/** Changed fields of ``AttentionView``. */
export interface AttentionChanges {
  here?: string;
  last?: LastActionView | null;
  marks?: Array<AttentionMarkView>;
}

/** Something further down that needs attention, in a few words. ``panel``: the module of the panel with it. */
export interface AttentionMarkView {
  panel: string;
  text: string;
  is_urgent?: boolean;
}

/** A changed ``AttentionView``. */
export interface AttentionUpdate {
  type: "view";
  panel: "attention";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: AttentionChanges;
}

/**
 * What was done last, and what needs attention in the other panels. ``here``: how many of the expected people and
 * states are here, in words.
 */
export interface AttentionView {
  here: string;
  last: LastActionView | null;
  marks: Array<AttentionMarkView>;
}

/** An audience of messages. No states and not ``hosts``: everyone. */
export interface AudienceView {
  label: string;
  states: Array<string>;
  hosts: boolean;
}

/** A part of a bar: its label and its count. */
export interface BarPart {
  label: string;
  count: number;
}

/** A bar. ``id`` is an item's or an area's; ``note`` says what is left out, or why there are no parts. */
export interface BarRow {
  id: string;
  label: string;
  parts?: Array<BarPart>;
  note?: string;
}

/** The state that a command is based on: the event ``seq``, and the ids of later commands of the page itself. */
export interface Basis {
  seq: number;
  known?: Array<string>;
}

/** Go to an exercise (the subject) of the current ``segment``, or to the segment's opening (without a subject). */
export interface BeginExercise {
  segment: string;
}

/**
 * Begin a segment. The first one begins the session. The subject is the segment's kind. ``exercise``: the exercise
 * with which it begins, or empty if it has an opening.
 */
export interface BeginSegment {
  exercise?: string;
}

/** New and changed posts, and the ids of those that are ``gone``. ``whole``: these are all posts. */
export interface BoardEvent {
  type: "board";
  whole: boolean;
  posts: Array<PostView>;
  gone: Array<string>;
}

/**
 * A post, or a reply to the post ``parent``. ``place`` is its position among all posts of the session. ``who`` is
 * the author's name if it is signed, otherwise empty. ``reactions`` has the number of people by kind of reaction.
 */
export interface BoardPostView {
  id: string;
  place: number;
  segment: string;
  parent: string;
  text: string;
  state: string;
  who: string;
  at: string;
  hidden: boolean;
  featured: boolean;
  reactions: Record<string, number>;
}

/** The board of a segment. */
export interface BoardTitleView {
  segment: string;
  title: string;
}

/** A word on the current board, the number of states that used it, and whether the shared screen may show it. */
export interface BoardWordView {
  word: string;
  states: number;
  approved: boolean;
}

/** Changed fields of ``BoardsView``. */
export interface BoardsChanges {
  boards?: Array<BoardTitleView>;
  present?: string;
  longest?: number;
  posts?: Record<string, BoardPostView>;
}

/** Changed entries of ``BoardsView``. */
export interface BoardsEntries {
  posts?: Record<string, BoardPostView | null>;
}

/** A changed ``BoardsView``. */
export interface BoardsUpdate {
  type: "view";
  panel: "boards";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: BoardsChanges;
  entries: BoardsEntries;
}

/** The boards, the segment that is ``present``, and every post by id. */
export interface BoardsView {
  boards: Array<BoardTitleView>;
  present: string;
  longest: number;
  posts: Record<string, BoardPostView>;
}

/** Changed fields of ``BreakoutsView``. */
export interface BreakoutsChanges {
  number?: number;
  here?: number;
  sizes?: Array<string>;
  shown?: ShownRoundView | null;
  late?: Array<string>;
  people_rooms?: Array<ShownRoomsView>;
  absent?: Array<string>;
}

/** A changed ``BreakoutsView``. */
export interface BreakoutsUpdate {
  type: "view";
  panel: "breakouts";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: BreakoutsChanges;
}

/**
 * The groups that participants see, and the states that came (``late``) or left (``absent``) since. ``number``:
 * rounds so far. ``here``: states that are present. ``sizes``: the group sizes to choose from, first the one that
 * the session's peer exercise asks for. ``people_rooms``: the rooms of people that participants see, one entry for
 * each use.
 */
export interface BreakoutsView {
  number: number;
  here: number;
  sizes: Array<string>;
  shown: ShownRoundView | null;
  late: Array<string>;
  people_rooms: Array<ShownRoomsView>;
  absent: Array<string>;
}

/**
 * Show a message on every page, on the pages of some ``states``, or of people without a state (``hosts``). Undo
 * removes it. ``to`` names the audience if it is neither everyone nor one state. ``ends``: it is removed when the
 * current exercise is over. ``prepared``: the id of the prepared message that it is.
 */
export interface Broadcast {
  text: string;
  states?: Array<string>;
  hosts?: boolean;
  to?: string;
  ends?: boolean;
  prepared?: string;
}

export type CellPromptView = TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView;

/**
 * Add minutes to a segment (the subject) or remove some. ``exercise``: the exercise within it that gains or loses
 * them; empty for its opening, None for none of them.
 */
export interface ChangeMinutes {
  minutes: number;
  exercise?: string | null;
}

/**
 * Fields with new answers, each with all its current answers. ``whole``: these are all fields, because something
 * was erased. ``stale``: the prompts whose extension output is out of date.
 */
export interface Changes {
  type: "changes";
  seq: number;
  erased: number;
  fields: Array<FieldAnswers>;
  checks: Array<TextCheck>;
  stale: Array<string>;
  whole?: boolean;
  rows?: Record<string, Array<string>>;
}

/**
 * One option, or ``many``. ``live``: options come from answers. ``other``: free text is allowed. ``earlier``: by
 * id, the words of options that are not offered any more.
 */
export interface ChoicePromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "choice";
  options: Array<OptionView>;
  earlier: Record<string, string>;
  live: boolean;
  many: boolean;
  other: boolean;
}

/** A source: the text of the link to it, and its address. */
export interface CitationView {
  text: string;
  address: string;
}

/** Accept no more answers to a poll (the subject). */
export interface ClosePoll {
}

/** A command's event is stored. */
export interface CommandDone {
  type: "done";
  id: string;
  at: string;
}

/** The result of a command: done, ``refused`` permanently, or to be retried ``later``, with a sentence. */
export interface CommandResult {
  type: "result";
  id: string;
  ok?: boolean;
  refused?: string | null;
  later?: string | null;
  wait_s?: number;
}

/** The value of each kind of command. */
export interface CommandValues {
  end: EndSession;
  exercise: BeginExercise;
  feature: FeatureExample;
  groups: FormGroups;
  hold: HoldQuestions;
  link: ShareLink;
  lock: Lock;
  message: Broadcast;
  message_skip: SkipMessage;
  minutes: ChangeMinutes;
  moderate: Moderate;
  more_time: AskForTime;
  need: StateNeed;
  park: Park;
  parked_done: FinishParked;
  poll: StartPoll;
  poll_close: ClosePoll;
  post: WritePost;
  question: SettleQuestion;
  react: React;
  release: ReleasePost;
  reveal: Reveal;
  scene: ShowScene;
  seats: SeatPeople;
  segment: BeginSegment;
  show: ShowPicture;
  undo: Undo;
  vote: VoteInPoll;
  words: ApproveWords;
}

/** A step of the facilitator: its title if it differs from the part's, and its cues; empty ones are left out. */
export interface CueLineView {
  title: string;
  say: string;
  press: string;
  listen_for: string;
  cut: string;
}

/** What helps a team in an exercise. */
export interface CuesView {
  listen: Array<ListenForView>;
  stuck: string;
  quick: string;
}

/** The current answers of a form. ``rows`` lists each table's row ids in the order of their first answer. */
export interface CurrentAnswers {
  seq: number;
  erased: number;
  rows: Record<string, Array<string>>;
  fields: Array<FieldAnswers>;
  checks: Array<TextCheck>;
  exercise_state: ExerciseState | null;
}

/** The exercise that the facilitator has begun, with its time. */
export interface CurrentExerciseView {
  id: string;
  title: string;
  minutes: number;
  since: string;
  ends_at: string;
}

/**
 * The current exercise or opening, with its clock: ``left_s`` and ``taken_s`` are as of the view's ``since``.
 * ``number`` of ``count``: its place among the segment's exercises, 0 for an opening. ``planned_end`` is its end
 * according to the schedule. ``exercise_left_s`` is what participants' clocks show, which leave out the
 * facilitator's steps after the exercise; None in an opening.
 */
export interface CurrentPlaceView {
  segment: string;
  exercise: string;
  title: string;
  number: number;
  count: number;
  minutes: number;
  changed: number;
  taken_s: number;
  left_s: number;
  exercise_left_s: number | null;
  planned_end: string;
}

/** A date within the bounds, which may be empty. Outside of ``past`` and ``within_years``, the page asks again. */
export interface DatePromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "date";
  minimum: string;
  maximum: string;
  past: boolean;
  within_years: number;
}

/** A depth that adds prompts to the previous one, with their number and minutes. */
export interface DepthOption {
  id: string;
  label: string;
  count: number;
  unit: "item" | "answer";
  minutes: number;
}

/** Changed fields of ``DiscussView``. */
export interface DiscussChanges {
  topics?: Array<TopicView>;
}

/** A changed ``DiscussView``. */
export interface DiscussUpdate {
  type: "view";
  panel: "discuss";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: DiscussChanges;
}

/** The topics, highest priority first. */
export interface DiscussView {
  topics: Array<TopicView>;
}

/** End the session. Forms still accept answers. Beginning a segment reopens the session. */
export interface EndSession {
}

/** The answer to one question: options and a comment; or, by outcome, the points before the session and now. */
export interface EvaluationAnswer {
  chosen?: Array<string>;
  comment?: string;
  before?: Record<any, number>;
  now?: Record<any, number>;
}

/** What a participant's page sends: the ballot, which says that it may, and the answers by question. */
export interface EvaluationSubmission {
  ballot: string;
  answers: Record<any, EvaluationAnswer>;
}

/** A featured example; ``state`` is None if it is anonymous. ``facts`` are pairs of label and text. */
export interface ExampleView {
  id: string;
  state: string | null;
  title: string;
  area: string;
  facts: Array<[string, string]>;
}

/** Changed fields of ``ExamplesView``. */
export interface ExamplesChanges {
  order?: Array<string>;
  examples?: Record<string, SharedExampleView>;
}

/** Changed entries of ``ExamplesView``. */
export interface ExamplesEntries {
  examples?: Record<string, SharedExampleView | null>;
}

/** All featured examples. */
export interface ExamplesEvent {
  type: "examples";
  items: Array<ExampleView>;
}

/** A changed ``ExamplesView``. */
export interface ExamplesUpdate {
  type: "view";
  panel: "examples";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: ExamplesChanges;
  entries: ExamplesEntries;
}

/** The shared examples by id; ``order`` has the ids, newest first. */
export interface ExamplesView {
  order: Array<string>;
  examples: Record<string, SharedExampleView>;
}

/** An exercise that the shared screen can show. */
export interface ExerciseChoiceView {
  id: string;
  title: string;
}

/**
 * How far the states that took part are in an exercise, in words in ``progress``. ``asked``: those that have
 * questions in it. ``begun`` includes ``complete``. ``waiting``: names of states that are here and have not begun.
 * ``revealed``: to all teams. ``revealed_to``: number of teams that revealed their own ratings.
 */
export interface ExerciseProgressView {
  id: string;
  title: string;
  segment: string;
  progress: string;
  asked: number;
  begun: number;
  complete: number;
  waiting: Array<string>;
  locked: boolean;
  rated: boolean;
  revealed: boolean;
  revealed_to: number;
}

/**
 * The live session's state of one exercise. ``rated`` of ``team`` people have rated, ``finished`` of them every
 * statement at their depth; ``alone``: the person is the only one; ``looking``: the person wants to see the
 * ratings without rating. ``spread`` is the rating distribution and ``agreement`` the agreement on proposals, by
 * prompt and item; both are empty until the ratings are revealed, and contain only what the person may see. With
 * ``message`` it answers a reveal request, and ``problem`` says why that was refused.
 */
export interface ExerciseState {
  type: "exercise_state";
  locked?: boolean;
  revealed?: boolean;
  rated?: number;
  finished?: number;
  team?: number;
  alone?: boolean;
  looking?: boolean;
  agreement?: Record<string, Record<string, ItemAgreementView>>;
  spread?: Record<string, Record<string, ItemSpreadView>>;
  message?: string;
  problem?: string;
}

/** The static definition of an exercise. ``terms``: the glossary terms in it, by first use. */
export interface ExerciseView {
  exercise: string;
  session: number;
  segment: string;
  when: "prework" | "session" | "follow_up";
  title: string;
  intent: string;
  steps: Array<string>;
  keeps: string;
  minutes: number;
  talk_minutes: number | null;
  about_minutes: number;
  prework_minutes: number;
  cues: CuesView | null;
  terms: Array<GlossaryTermView>;
  roles: Array<string>;
  limits: FormLimits;
  prompts: Array<TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView | TablePromptView | ItemsPromptView | QuestionsPromptView | ProgramsPromptView>;
}

/** Changed fields of ``ExercisesView``. */
export interface ExercisesChanges {
  present?: string;
  exercises?: Array<ExerciseProgressView>;
}

/** A changed ``ExercisesView``. */
export interface ExercisesUpdate {
  type: "view";
  panel: "exercises";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: ExercisesChanges;
}

/** The session's exercises, in order, and the segment that is ``present``. */
export interface ExercisesView {
  present: string;
  exercises: Array<ExerciseProgressView>;
}

/** A prompt extension's reply, or the problem in a sentence. */
export interface ExtensionReply {
  type: "reply";
  message: string;
  prompt: string;
  reply?: Record<string, any> | null;
  problem?: string | null;
}

/** Changed fields of ``FacilitatorCuesView``. */
export interface FacilitatorCuesChanges {
  title?: string;
  lines?: Array<CueLineView>;
  listen?: Array<ListenForView>;
  stuck?: string;
  quick?: string;
}

/** A changed ``FacilitatorCuesView``. */
export interface FacilitatorCuesUpdate {
  type: "view";
  panel: "cues";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: FacilitatorCuesChanges;
}

/**
 * What to say, what to listen for, and what helps a team that is stuck, in the part named in ``title``. Before the
 * session, it is the first part; after it, ``title`` is empty.
 */
export interface FacilitatorCuesView {
  title: string;
  lines: Array<CueLineView>;
  listen: Array<ListenForView>;
  stuck: string;
  quick: string;
}

/**
 * Feature a state's example on every page, or remove it. The subject is ``state/exercise/row``. Each read applies
 * the example's current rung on the sharing ladder.
 */
export interface FeatureExample {
  featured?: boolean;
}

/** The current answers of one field; several if the team has an unresolved conflict. */
export interface FieldAnswers {
  prompt: string;
  row: string;
  answers: Array<ResponseView>;
}

/** A piece of a file of ``size`` bytes, from byte ``at``, in base64. */
export interface FilePiece {
  type: "file";
  upload: string;
  prompt: string;
  name: string;
  size: number;
  at: number;
  data: string;
}

/** A file with one of these extensions and at most ``largest`` bytes. */
export interface FilePromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "file";
  accepts: Array<string>;
  largest: number;
}

/** The number of received bytes of a file, or its ``value`` to save, or the problem. */
export interface FileReply {
  type: "file";
  upload: string;
  have?: number | null;
  value?: UploadedFile | null;
  problem?: string | null;
}

/** Mark an item of the parking lot (the subject) as done. */
export interface FinishParked {
}

/** A message of one form. */
export interface FormFrame {
  type: "form";
  exercise: string;
  message: Record<string, any>;
}

/** Assign states to breakout groups and show the groups to participants. */
export interface FormGroups {
  title: string;
  groups: Array<GroupOf>;
}

/** A form on the page: opened for the first time (``have`` None), or reconnected. */
export interface FormHello {
  exercise: string;
  have?: Have | null;
}

/** The maximum number of characters of a text and of a name. */
export interface FormLimits {
  text: number;
  name: number;
}

/** The first reply to a form: what depends on the person and the team, besides the static definition. */
export interface FormOpening {
  type: "opening";
  key: string;
  me: PersonView;
  team: string;
  depth: "essential" | "standard" | "full";
  depths: Array<DepthOption>;
  sources: Record<string, SourceView>;
  people: Array<SuggestedPersonView>;
  answers: CurrentAnswers;
}

export type FormReply = FormOpening | Saved | Refused | Trouble | Changes | Sources | FileReply | ExtensionReply | ExerciseState;

/** A message to one form. */
export interface FormReplyFrame {
  type: "form";
  exercise: string;
  message: FormOpening | Saved | Refused | Trouble | Changes | Sources | FileReply | ExtensionReply | ExerciseState;
}

export type FormRequest = Hello | Save | FilePiece | Ask | RevealRequest;

/** A term of the glossary. ``spellings``: how texts write it; one in capitals keeps its case. */
export interface GlossaryTermView {
  id: string;
  term: string;
  spellings: Array<string>;
  definition: string;
}

/** A breakout group as stored in an event. */
export interface GroupOf {
  number: number;
  states: Array<string>;
  area?: string;
  reason?: string;
}

/** A state's breakout group in a round, without the group's policy area: the exercise says what people do. */
export interface GroupView {
  round: number;
  number: number;
  title: string;
  states: Array<StateName>;
}

/** Groups that a facilitator may show, described in a ``sentence``, and the states without a group. */
export interface GroupsProposalView {
  sentence: string;
  groups: Array<ProposedGroupView>;
  alone: Array<string>;
}

/** How much a form has received: the newest response (``seq``) and the count of erasures. */
export interface Have {
  seq: number;
  erased?: number;
}

/** A form was opened (``have`` None) or has reconnected. */
export interface Hello {
  type: "hello";
  have?: Have | null;
}

/** Let new questions wait until a facilitator posts them, or post them at once. Earlier ones do not change. */
export interface HoldQuestions {
  held: boolean;
}

/**
 * A team's agreement on the consensus ``value`` that ``by`` proposes; ``by`` is empty for the person's own.
 * ``agreed``, ``differ``, and ``waiting`` (here, and not decided) are teammates' names; ``mine`` is the person's
 * own stance. ``settled``: as ``exercises.agreement`` defines it; teammates who are here may still be waited for.
 */
export interface ItemAgreementView {
  value: number | string;
  by: string;
  settled: boolean;
  mine: "" | "agree" | "differ";
  agreed: Array<string>;
  differ: Array<string>;
  waiting: Array<string>;
}

/**
 * A team's ratings of one item: the count of each point, after two have ``rated``, and unsigned notes. ``value``
 * is the team's value without a consensus: a point, a choice off the scale, or None. ``hidden``: the person has
 * not rated the item yet, and rates first.
 */
export interface ItemSpreadView {
  rated: number;
  points: Record<string, number>;
  value: number | string | null;
  notes: Array<string>;
  hidden?: boolean;
}

/** An item of the instrument to rate. ``tag``: a short label beside its text, or empty. */
export interface ItemView {
  id: string;
  text: string;
  tag: string;
  depth: "essential" | "standard" | "full";
  scale: Array<ScalePointView>;
  guiding_questions: Array<string>;
  strategies: Array<string>;
  evidence: Array<string>;
  roles: Array<string>;
  role_ids: Array<string>;
  sources: Array<CitationView>;
  examples: Array<PublishedExampleView>;
}

/**
 * Items to rate, or to answer in words if not ``rated``. ``rule`` says how to choose between points. ``together``
 * are the columns that a team answers once its ratings are revealed.
 */
export interface ItemsPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "items";
  rule: string;
  rated: boolean;
  off_scale: Array<OffScaleView>;
  note_words: number;
  answer_words: number;
  areas: Array<AreaView>;
  together: Array<TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView>;
}

export type JsonValue = any;

/**
 * What a facilitator did last: undone with ``id`` by the button ``undo``, unless that is empty. ``mine``: by this
 * console's reader.
 */
export interface LastActionView {
  id: string;
  undo: string;
  event: string;
  what: string;
  who: string;
  mine: boolean;
  at: string;
}

/** A link that a facilitator shared. */
export interface LinkView {
  id: string;
  text: string;
  url: string;
}

/** What a team may say or do, and the question that helps then. */
export interface ListenForView {
  signal: string;
  ask: string;
}

/** Lock an exercise (the subject) against answers, or unlock it. */
export interface Lock {
  locked: boolean;
}

/** Hide a post (the subject) from participants, feature it at the top of its board, or neither. */
export interface Moderate {
  hidden?: boolean;
  featured?: boolean;
}

/** What a person needs to take part. It is private: for facilitators only. */
export interface NeedView {
  person: string;
  name: string;
  state: string;
  text: string;
  at: string;
}

/** One answer to save. ``base`` has the ids of the responses that it replaces. */
export interface NewAnswer {
  id: string;
  prompt: string;
  row?: string;
  value?: any;
  base?: Array<string>;
}

/** The segment after the current one. */
export interface NextSegmentView {
  kind: string;
  title: string;
}

/** A facilitator's message. */
export interface NoticeView {
  id: string;
  text: string;
  at: string;
}

/** A number with its ``unit``. ``whole``: only integers. ``rank``: a row's place in the order of the rows. */
export interface NumberPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "number";
  whole: boolean;
  unit: string;
  rank: boolean;
}

/** A choice off a rating scale. ``asks_reason``: the page asks for a reason beside it. */
export interface OffScaleView {
  id: string;
  label: string;
  asks_reason: boolean;
}

/** An option of a poll, with the number of people who chose it, and of their states. */
export interface OptionCountView {
  label: string;
  people: number;
  states: number;
}

/** An option of a choice or a row of a table. ``gone``: the answer that it came from was removed. */
export interface OptionView {
  id: string;
  label: string;
  help?: string;
  gone?: boolean;
}

/** A session command. */
export interface PageCommand {
  id: string;
  kind: string;
  subject?: string;
  jurisdiction?: string | null;
  value?: Record<string, any>;
  basis?: Basis | null;
  type: "command";
}

export type PageFrame = PageHello | FormFrame | PageCommand | PresenceReport | WritingReport | Ping;

/** The first frame of each connection. */
export interface PageHello {
  type: "hello";
  protocol: number;
  content: string;
  forms?: Array<FormHello>;
}

/** The answer to a question. */
export interface PanelAnswer {
  type: "answer";
  id: string;
  answer: GroupsProposalView | RoomsProposalView | PeopleRoomsFileView | RoomsFileView | TeamContactView;
}

/** The answer to each question, by the question's name. */
export interface PanelAnswers {
  propose: GroupsProposalView;
  repair: GroupsProposalView;
  arrange: GroupsProposalView;
  propose_rooms: RoomsProposalView;
  place_late: RoomsProposalView;
  room_file: PeopleRoomsFileView;
  file: RoomsFileView;
  team: TeamContactView;
}

/** A session command. */
export interface PanelCommand {
  id: string;
  kind: string;
  subject?: string;
  jurisdiction?: string | null;
  value?: Record<string, any>;
  basis?: Basis | null;
  type: "do";
}

/** Whether the panel's data are up to date; they are not while the store is unreachable. */
export interface PanelFreshness {
  type: "seen";
  seen: boolean;
}

/** The panel was opened or has reconnected. */
export interface PanelHello {
  type: "hello";
}

/** A question to one of the panel's ``answers``. */
export interface PanelQuestion {
  type: "ask";
  id: string;
  about: string;
  asked?: Record<string, any>;
}

/** A command or question that is invalid; do not retry. ``id`` is None if the message had none. */
export interface PanelRefusal {
  type: "refused";
  id: string | null;
  sentence: string;
}

export type PanelReply = AnnouncementsUpdate | AttentionUpdate | BoardsUpdate | BreakoutsUpdate | FacilitatorCuesUpdate | DiscussUpdate | ExamplesUpdate | ExercisesUpdate | PeopleUpdate | PollsUpdate | PreparedUpdate | QuestionsUpdate | RecordUpdate | ResultsUpdate | RunOfShowUpdate | SharedScreenUpdate | PanelFreshness | CommandDone | PanelAnswer | PanelRefusal | PanelTrouble;

export type PanelRequest = PanelHello | PanelCommand | PanelQuestion;

/** A command or question that failed temporarily; retry. */
export interface PanelTrouble {
  type: "trouble";
  id: string | null;
  sentence: string;
}

/** Add an item to the parking lot. */
export interface Park {
  text: string;
}

/** An item in the parking lot. ``who`` is its state, or ``Facilitators``. */
export interface ParkedView {
  id: string;
  text: string;
  who: string;
  at: string;
  done: boolean;
}

/** Changed fields of ``PeopleView``. */
export interface PeopleChanges {
  states?: number;
  people?: number;
  expected_states?: number;
  expected_people?: number;
  came?: string;
  presence?: Record<PresenceStatus, number>;
  teams?: Record<TeamStatus, number>;
  stuck?: Array<StuckView>;
  order?: Array<string>;
  grid?: Record<string, [number, number]>;
  tiles?: Record<string, StateTileView>;
  needs?: Array<NeedView>;
  time_requests?: Record<string, number>;
}

/** Changed entries of ``PeopleView``. */
export interface PeopleEntries {
  presence?: Record<PresenceStatus, number | null>;
  teams?: Record<TeamStatus, number | null>;
  grid?: Record<string, [number, number] | null>;
  tiles?: Record<string, StateTileView | null>;
  time_requests?: Record<string, number | null>;
}

/** A room with people, by id and in words: a home room, a table, or a trio. */
export interface PeopleRoomView {
  number: number;
  name: string;
  people: Array<string>;
  names: Array<string>;
}

/** Rooms with people as a file for the video call and as a list to read out, and a sentence about them. */
export interface PeopleRoomsFileView {
  name: string;
  file: string;
  list: string;
  sentence: string;
}

/** A changed ``PeopleView``. */
export interface PeopleUpdate {
  type: "view";
  panel: "people";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: PeopleChanges;
  entries: PeopleEntries;
}

/**
 * Presence of states and people, of all that are expected (invited, or here at some time). ``came`` says who has
 * come since the session began; empty before. ``teams`` has the number of states by status. ``order``: states that
 * need help come first. ``grid`` has the column and row of each state's tile, by code, both from 0. ``needs``:
 * what people need to take part. ``time_requests``: the number of people who ask for more time, by state.
 */
export interface PeopleView {
  states: number;
  people: number;
  expected_states: number;
  expected_people: number;
  came: string;
  presence: Record<PresenceStatus, number>;
  teams: Record<TeamStatus, number>;
  stuck: Array<StuckView>;
  order: Array<string>;
  grid: Record<string, [number, number]>;
  tiles: Record<string, StateTileView>;
  needs: Array<NeedView>;
  time_requests: Record<string, number>;
}

/** A person's name and role. */
export interface PersonPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "person";
}

/** The page's person. ``role`` is a role's id. */
export interface PersonView {
  id: string;
  name: string;
  role: string;
}

/** A published national chart. ``alt`` is its text alternative. */
export interface PictureView {
  subject: string;
  title: string;
  counts: "states" | "ratings" | "people";
  rows: Array<BarRow>;
  alt: string;
}

/** All national charts that participants see. */
export interface PicturesEvent {
  type: "pictures";
  items: Array<ShownPicture>;
}

/** Liveness check. */
export interface Ping {
  type: "ping";
}

/** A place to go to: an exercise of a ``segment``, or the segment's opening (``exercise`` empty). */
export interface PlaceView {
  segment: string;
  exercise: string;
  title: string;
}

/** The poll that was asked last. ``is_rating``: its options are the points from 1 to 5. */
export interface PollView {
  id: string;
  text: string;
  options: Array<string>;
  is_rating: boolean;
  is_open: boolean;
}

/** Changed fields of ``PollsView``. */
export interface PollsChanges {
  longest_question?: number;
  longest_option?: number;
  most_options?: number;
  polls?: Array<AskedPollView>;
}

/** A changed ``PollsView``. */
export interface PollsUpdate {
  type: "view";
  panel: "polls";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: PollsChanges;
}

/** The polls of the session, newest first, and the limits of a new one. */
export interface PollsView {
  longest_question: number;
  longest_option: number;
  most_options: number;
  polls: Array<AskedPollView>;
}

/** Reply to a liveness check. */
export interface Pong {
  type: "pong";
}

/**
 * A board post as one person sees it. ``who`` is its author's name, if the post is signed. ``status`` is what
 * became of a question.
 */
export interface PostView {
  id: string;
  segment: string;
  text: string;
  state: string;
  who: string | null;
  at: string;
  parent: string | null;
  mine: boolean;
  featured: boolean;
  status: QuestionStatus;
  reactions: Record<string, ReactionView>;
}

/** Changed fields of ``PreparedView``. */
export interface PreparedChanges {
  part?: string;
  since?: string | null;
  speed?: number;
  messages?: Array<PreparedMessageView>;
  audiences?: Array<AudienceView>;
  longest?: number;
}

/** A prepared message. ``due_s``: session seconds from ``since`` until its minute, negative if that is past. */
export interface PreparedMessageView {
  id: string;
  text: string;
  part: string;
  hosts: boolean;
  due_s: number;
  status: "open" | "sent" | "skipped";
}

/** A changed ``PreparedView``. */
export interface PreparedUpdate {
  type: "view";
  panel: "prepared";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: PreparedChanges;
}

/** The messages of the current part, in the order of their minutes, and the audiences to choose from. */
export interface PreparedView {
  part: string;
  since: string | null;
  speed: number;
  messages: Array<PreparedMessageView>;
  audiences: Array<AudienceView>;
  longest: number;
}

/** The exercise that has the focus, and whether something was typed since the last report. */
export interface PresenceReport {
  type: "presence";
  exercise?: string;
  active?: boolean;
}

/**
 * Presence status, most active first; a state takes the status of its most active member. Active: acted within
 * ``ACTIVE_FOR`` of session time. Joined: present, has not acted yet. Idle: present, last acted longer ago. Away:
 * was present, not seen for ``AWAY_AFTER`` of real time, because that is a matter of the connection.
 */
export type PresenceStatus = "active" | "joined" | "idle" | "away";

/** A list of programs to map. ``sub_clusters`` lists the ids of each Cluster's Sub-Clusters. */
export interface ProgramsPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "programs";
  columns: Array<TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView>;
  sub_clusters: Record<string, Array<string>>;
}

export type PromptView = TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView | TablePromptView | ItemsPromptView | QuestionsPromptView | ProgramsPromptView;

/** A proposed group. ``reason`` is a question that facilitators could ask it, ``why`` the reason for its states. */
export interface ProposedGroupView {
  number: number;
  states: Array<string>;
  names: Array<string>;
  area: string;
  topic: string;
  reason: string;
  why: string;
}

/**
 * A published example of state practice. ``about`` is the label of a table's row, if it is beside a table.
 * ``sources`` begins with the main one, whose date is ``as_of``. ``label`` says that a practice is not about the
 * modernized Framework; it is empty for the others.
 */
export interface PublishedExampleView {
  states: string;
  title: string;
  label: string;
  did: string;
  when: string;
  sources: Array<CitationView>;
  as_of: string;
  borrow: string;
  caution: string;
  about?: string;
}

/** What became of a question from the room. */
export type QuestionStatus = "open" | "answered" | "parked";

/** An open question of the instrument. */
export interface QuestionView {
  id: string;
  label: string;
  help: string;
  words: number;
  depth: "essential" | "standard" | "full";
}

/** Changed fields of ``QuestionsView``. */
export interface QuestionsChanges {
  is_held?: boolean;
  waiting?: Array<WaitingQuestionView>;
  questions?: Array<RoomQuestionView>;
  removed?: Array<RemovedQuestionView>;
}

/** Open questions. */
export interface QuestionsPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "questions";
  questions: Array<QuestionView>;
}

/** A changed ``QuestionsView``. */
export interface QuestionsUpdate {
  type: "view";
  panel: "questions";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: QuestionsChanges;
}

/** Questions from the room. ``is_held``: new ones wait until a facilitator posts them. */
export interface QuestionsView {
  is_held: boolean;
  waiting: Array<WaitingQuestionView>;
  questions: Array<RoomQuestionView>;
  removed: Array<RemovedQuestionView>;
}

/** A policy area with its counts, as of an item. */
export interface RatedAreaView {
  id: string;
  title: string;
  counts: Array<number>;
  items: Array<RatedItemView>;
}

/** An item with the number of states at each point of the scale, then of each choice off the scale. */
export interface RatedItemView {
  id: string;
  text: string;
  counts: Array<number>;
}

/** A state's mean by area: a number, or the id of a choice off the scale; missing if it has not rated the area. */
export interface RatedStateView {
  code: string;
  name: string;
  means: Record<string, number | string>;
}

/** A point on a scale, or a choice off the scale. ``because``: the column with the reason, or empty. */
export interface RatingPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "rating";
  scale: Array<ScalePointView>;
  off_scale: Array<OffScaleView>;
  because: string;
}

/** Add a reaction to a post (the subject), or remove it. */
export interface React {
  reaction: Reaction;
  on?: boolean;
}

/** A kind of reaction to a post. */
export type Reaction = "same_here" | "helpful" | "tell_more";

/** Number of people who reacted, and whether the reader is one of them. */
export interface ReactionView {
  count: number;
  mine: boolean;
}

/** The result of saving one answer. ``others``: the answers that it conflicts with. */
export interface ReceiptView {
  id: string;
  seq: number;
  at: string;
  status: "saved" | "duplicate" | "conflict";
  others: Array<ResponseView>;
}

/** Changed fields of ``RecordView``. */
export interface RecordChanges {
  done?: Array<RecordLineView>;
}

/**
 * A command: what was done, and who did it. ``steps``: the ids of the commands in the line, the newest first: more
 * than one for repeated steps. ``undone``: how it was undone, such as "undone" or "reopened"; empty if it was not.
 * ``undo``: the label of the button to undo it.
 */
export interface RecordLineView {
  id: string;
  steps: Array<string>;
  what: string;
  who: string;
  at: string;
  undone: string;
  undo: string;
}

/** A changed ``RecordView``. */
export interface RecordUpdate {
  type: "view";
  panel: "record";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: RecordChanges;
}

/** Every command of the session, newest first. */
export interface RecordView {
  done: Array<RecordLineView>;
}

/** These answers are invalid. ``saved`` acknowledges the other answers of the message. */
export interface Refused {
  type: "refused";
  message: string;
  problems: Array<AnswerProblem>;
}

/** Post a question that waits (the subject). */
export interface ReleasePost {
}

/** The page is of another version or content: it reloads when its user pauses. */
export interface Reload {
  type: "reload";
}

/** A question, or a reply to one, that a facilitator removed. */
export interface RemovedQuestionView {
  id: string;
  text: string;
  state: string;
}

/**
 * Someone with the team's code asks to be signed in as ``name``. ``number`` is on their screen, to compare.
 * ``may_answer``: the reader may say yes or no. ``own``: it asks to be the reader.
 */
export interface RequestView {
  id: string;
  name: string;
  state: string;
  number: number;
  may_answer: boolean;
  own: boolean;
}

/** All open requests that concern the reader. */
export interface RequestsEvent {
  type: "requests";
  items: Array<RequestView>;
}

/** A response as a page sees it. ``who`` is the author's display name. */
export interface ResponseView {
  id: string;
  prompt: string;
  row: string;
  scope: "team" | "person";
  value: any;
  seq: number;
  at: string;
  mine: boolean;
  who: string;
}

/** A chart that participants see. ``reason``: why the shared screen does not offer it; empty if it does. */
export interface ResultChoiceView {
  id: string;
  title: string;
  reason: string;
}

/** Changed fields of ``ResultsView``. */
export interface ResultsChanges {
  scale?: Array<string>;
  beside?: number;
  off_scale?: Record<string, string>;
  top?: number;
  order?: Array<string>;
  shown?: Array<string>;
  withheld?: Record<string, string>;
  areas?: Record<string, RatedAreaView>;
  states?: Record<string, RatedStateView>;
}

/** Changed entries of ``ResultsView``. */
export interface ResultsEntries {
  off_scale?: Record<string, string | null>;
  withheld?: Record<string, string | null>;
  areas?: Record<string, RatedAreaView | null>;
  states?: Record<string, RatedStateView | null>;
}

/** A changed ``ResultsView``. */
export interface ResultsUpdate {
  type: "view";
  panel: "results";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: ResultsChanges;
  entries: ResultsEntries;
}

/**
 * The distribution of ratings by area and item, and the means of each state that has rated. ``scale`` has the
 * labels of the counts, whose last ``beside`` entries are the choices off the scale; ``off_scale`` has their
 * labels by id. ``top`` is the highest point, ``order`` the areas' ids in the instrument's order, and ``shown``
 * the subjects of the charts that participants see. ``withheld``: by subject, why a chart is not offered.
 */
export interface ResultsView {
  scale: Array<string>;
  beside: number;
  off_scale: Record<string, string>;
  top: number;
  order: Array<string>;
  shown: Array<string>;
  withheld: Record<string, string>;
  areas: Record<string, RatedAreaView>;
  states: Record<string, RatedStateView>;
}

/**
 * Show teams the distribution of their own ratings in an exercise (the subject): one state's team, or all teams.
 * Hiding it again only clears the page. A team's form may request it after two members have rated.
 */
export interface Reveal {
  revealed?: boolean;
}

/** A team member asks to see the team's rating distribution. */
export interface RevealRequest {
  type: "reveal";
  message: string;
}

/** The room of the reader: a home room or table (``home``), or a trio (``trios``), with the names of its states. */
export interface RoomOfPersonView {
  use: "home" | "trios";
  number: number;
  name: string;
  states: Array<string>;
}

/** A question on the boards, the number of people with the same question, and what became of it. */
export interface RoomQuestionView {
  id: string;
  text: string;
  state: string;
  support: number;
  status: QuestionStatus;
}

/** What rooms of people are for: a home for each team, or trios that practice a conversation. */
export type RoomUse = "home" | "trios";

/** The video call's file of breakout rooms, the rooms with names as a list, and a sentence about the file. */
export interface RoomsFileView {
  name: string;
  text: string;
  list: string;
  sentence: string;
}

/** Rooms that a facilitator may show, described in a ``sentence``. */
export interface RoomsProposalView {
  use: "home" | "trios";
  sentence: string;
  rooms: Array<PeopleRoomView>;
}

/** Changed fields of ``RunOfShowView``. */
export interface RunOfShowChanges {
  session?: SessionTitleView;
  parts?: Array<SegmentProgressView>;
  began?: string | null;
  ended?: string | null;
  end_event?: string;
  since?: string | null;
  speed?: number;
  left_s?: number | null;
  behind_s?: number;
  spare_s?: number;
  back?: SegmentTitleView | null;
  next?: SegmentTitleView | null;
  place?: CurrentPlaceView | null;
  onward?: PlaceView | null;
  backward?: PlaceView | null;
  skipped?: Array<string>;
  entry?: Record<string, string>;
  scheduled?: string;
  is_scheduled?: boolean;
}

/** Changed entries of ``RunOfShowView``. */
export interface RunOfShowEntries {
  entry?: Record<string, string | null>;
}

/** A changed ``RunOfShowView``. */
export interface RunOfShowUpdate {
  type: "view";
  panel: "run_of_show";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: RunOfShowChanges;
  entries: RunOfShowEntries;
}

/**
 * The segments, and the data for a clock that runs in the page: the view changes only after a command. ``left_s``
 * and ``behind_s`` are as of ``since``; the page computes the current values from there, with ``speed`` session
 * minutes per minute. ``spare_s``: time of the current segment that its exercises do not need, so that an exercise
 * may run over by as much without delaying the session. ``back`` and ``next`` are the segments to go to. ``place``
 * is the current exercise or opening, ``onward`` and ``backward`` are those to go to. ``skipped``: the exercises
 * that ``next`` leaves out. ``entry``: the exercise with which each segment begins, or empty, by kind.
 * ``end_event``: the id of the command that ended the session, or empty. ``scheduled``: the planned start;
 * ``is_scheduled``: ``behind_s`` counts from it.
 */
export interface RunOfShowView {
  session: SessionTitleView;
  parts: Array<SegmentProgressView>;
  began: string | null;
  ended: string | null;
  end_event: string;
  since: string | null;
  speed: number;
  left_s: number | null;
  behind_s: number;
  spare_s: number;
  back: SegmentTitleView | null;
  next: SegmentTitleView | null;
  place: CurrentPlaceView | null;
  onward: PlaceView | null;
  backward: PlaceView | null;
  skipped: Array<string>;
  entry: Record<string, string>;
  scheduled: string;
  is_scheduled: boolean;
}

/** Answers to save. ``message`` is echoed in the replies. */
export interface Save {
  type: "save";
  message: string;
  responses: Array<NewAnswer>;
}

/** The answers are committed. */
export interface Saved {
  type: "saved";
  message: string;
  receipts: Array<ReceiptView>;
  checks: Array<TextCheck>;
}

/** A point of a rating scale. ``text`` describes it in practice. */
export interface ScalePointView {
  value: number;
  label: string;
  text?: string;
}

/** A scene of the shared screen, in the order of its keys. ``FOLLOW`` is the scene of the current moment. */
export type Scene = "follow" | "join" | "agenda" | "exercise" | "groups" | "message" | "example" | "results" | "words" | "questions" | "poll";

/** A scene of the shared screen. ``reason``: why it is off, because it would show nothing; empty if it is on. */
export interface SceneChoiceView {
  id: string;
  title: string;
  reason: string;
}

/**
 * Everything that the shared screen shows, with the server's time in ``now``. ``scene`` is the scene to show,
 * ``is_following`` whether the run of show chose it. ``item`` is the exercise or slide to show, or empty. ``page``
 * counts from 0; a screen starts over after its last page. ``starts_at`` is when the session is scheduled to
 * begin. ``board`` is the title of the segment whose words are shown. ``speed``: session minutes per minute; ends
 * are moments of the real time.
 */
export interface ScreenEvent {
  type: "screen";
  now: string;
  speed: number;
  scene: Scene;
  is_following: boolean;
  item: string;
  page: number;
  starts_at: string | null;
  began: string | null;
  ended: string | null;
  segment_ends_at: string | null;
  segment: string;
  here: ScreenPresence;
  parts: Array<ScreenPart>;
  exercises: Array<ScreenExercise>;
  rooms: Array<ScreenRooms>;
  message: string | null;
  examples: Array<ScreenExample>;
  slides: Array<ScreenSlide>;
  board: string;
  words: Array<ScreenWord>;
  questions: Array<ScreenQuestion>;
  poll: ScreenPoll | null;
}

/** A featured example; ``state`` is None if it is anonymous. ``facts`` are pairs of label and text. */
export interface ScreenExample {
  state: string | null;
  title: string;
  area: string;
  facts: Array<[string, string]>;
}

/**
 * An exercise: its question, what to do in at most three lines, and its share of the segment's time. ``is_now``:
 * it is the one of the current moment.
 */
export interface ScreenExercise {
  id: string;
  title: string;
  question: string;
  lines: Array<string>;
  minutes: number;
  where: string;
  is_now: boolean;
  ends_at: string | null;
}

/** A segment of the agenda, and when it starts and ends by the clock; None without a time to count from. */
export interface ScreenPart {
  title: string;
  minutes: number;
  state: "over" | "now" | "ahead";
  starts_at: string | null;
  ends_at: string | null;
}

/** The poll that was asked last, and in words how many people have answered. Results are slides (``result``). */
export interface ScreenPoll {
  text: string;
  options: Array<string>;
  is_rating: boolean;
  is_open: boolean;
  answered: string;
  result: string;
}

/** How many people and states are here now. */
export interface ScreenPresence {
  people: number;
  states: number;
}

/** A question from the room, and the number of people with the same question. */
export interface ScreenQuestion {
  text: string;
  state: string;
  support: number;
  status: QuestionStatus;
}

/** A breakout group, without a name, or a room of people: its number, its name, and the states in it. */
export interface ScreenRoom {
  number: number;
  name: string;
  states: Array<string>;
}

/** Rooms that participants see: breakout groups, home rooms, or trios. */
export interface ScreenRooms {
  use: "groups" | "home" | "trios";
  title: string;
  rooms: Array<ScreenRoom>;
}

/** A chart that participants see, with its description in ``alt``. ``id`` is what a command names. */
export interface ScreenSlide {
  id: string;
  title: string;
  unit: "states" | "ratings" | "people";
  parts: Array<ScreenSlidePart>;
  total: number;
  basis: string;
  notes: Array<string>;
  alt: string;
}

/** A row of a chart: its label, its count, and its share in percent. */
export interface ScreenSlidePart {
  label: string;
  count: number;
  percent: number;
}

/** A word of the board that facilitators approved, and the number of states that used it. */
export interface ScreenWord {
  word: string;
  states: number;
}

/** Assign people to home rooms or trios and show each person their room. */
export interface SeatPeople {
  use: RoomUse;
  rooms: Array<SeatedRoom>;
}

/** A room of people as stored in an event. ``people`` are ids. */
export interface SeatedRoom {
  number: number;
  name: string;
  people: Array<string>;
}

/** A segment with its planned minutes, the minutes that were added or taken, and the time taken so far. */
export interface SegmentProgressView {
  kind: string;
  title: string;
  minutes: number;
  changed: number;
  taken_s: number;
  state: "over" | "now" | "ahead";
}

/** A segment. */
export interface SegmentTitleView {
  kind: string;
  title: string;
}

/**
 * The current segment. ``since`` and ``ends_at`` are None before the session begins. ``exercise`` is None until
 * the facilitator begins one: pages then follow the planned minutes.
 */
export interface SegmentView {
  kind: string;
  title: string;
  minutes: number;
  since: string | null;
  ends_at: string | null;
  exercise?: CurrentExerciseView | null;
}

export type ServerFrame = Welcome | Reload | CommandResult | Pong | FormReplyFrame | SessionStatusEvent | TeamEvent | TeammatesEvent | WritingEvent | ExamplesEvent | PicturesEvent | BoardEvent | ScreenEvent | RequestsEvent;

/** The run of show with the server's time in ``now``, by which pages set their clocks. */
export interface SessionStatusEvent {
  segment: SegmentView | null;
  next: NextSegmentView | null;
  began: string | null;
  ended: string | null;
  message: NoticeView | null;
  messages: Array<NoticeView>;
  links: Array<LinkView>;
  locked: Array<string>;
  poll: PollView | null;
  holds_questions: boolean;
  speed: number;
  type: "session_status";
  now: string;
}

/** The session, and its planned minutes. */
export interface SessionTitleView {
  number: number;
  title: string;
  minutes: number;
}

/** Mark a question from the room (the subject is its post's id) as answered or parked, or open it again. */
export interface SettleQuestion {
  status: QuestionStatus;
}

/** Share a link with all participants. ``text`` says what it leads to. */
export interface ShareLink {
  text: string;
  url: string;
}

/** An example of a state, as every state may see it. ``facts`` are pairs of label and text. */
export interface SharedExampleView {
  title: string;
  state: string;
  area: string;
  facts: Array<[string, string]>;
  featured: boolean;
}

/** A link that a facilitator shared. Undoing the event ``id`` removes it. */
export interface SharedLinkView {
  id: string;
  text: string;
  url: string;
}

/** Changed fields of ``SharedScreenView``. */
export interface SharedScreenChanges {
  scene?: string;
  item?: string;
  page?: number;
  driver?: string | null;
  at?: string | null;
  showing?: string;
  scenes?: Array<SceneChoiceView>;
  exercises?: Array<ExerciseChoiceView>;
  results?: Array<ResultChoiceView>;
  board?: string;
  board_title?: string;
  words?: Array<BoardWordView>;
}

/** A changed ``SharedScreenView``. */
export interface SharedScreenUpdate {
  type: "view";
  panel: "shared_screen";
  now: string;
  seq?: number;
  whole?: boolean;
  changed: SharedScreenChanges;
}

/**
 * The scene of the shared screen, the ``driver`` who chose it, and the choices. ``scene`` is ``follow`` if it
 * follows the run of show; ``showing`` is the title of what it shows now. ``board`` is the current segment, whose
 * words are listed.
 */
export interface SharedScreenView {
  scene: string;
  item: string;
  page: number;
  driver: string | null;
  at: string | null;
  showing: string;
  scenes: Array<SceneChoiceView>;
  exercises: Array<ExerciseChoiceView>;
  results: Array<ResultChoiceView>;
  board: string;
  board_title: string;
  words: Array<BoardWordView>;
}

/**
 * Show participants a national chart (the subject: ``areas``, or an item's id), or hide it. ``picture`` is the
 * chart's data as released by ``insights.suppression``. It does not change while it is shown.
 */
export interface ShowPicture {
  shown?: boolean;
  picture?: JsonValue;
}

/**
 * Put a scene (the subject) on the shared screen. ``follow`` lets it follow the run of show. ``item`` is an
 * exercise's id or a result's id, or empty for the current one. Participants' pages do not change, so it is not in
 * the record.
 */
export interface ShowScene {
  item?: string;
  page?: number;
}

/** A group that participants see. ``topic`` is the title of its policy area, or empty. */
export interface ShownGroupView {
  number: number;
  states: Array<string>;
  names: Array<string>;
  area: string;
  topic: string;
}

/** A national chart by its subject. */
export interface ShownPicture {
  id: string;
  picture: PictureView;
}

/** Rooms that participants see, since ``at``, and the people who are in none. ``id`` is the command's event. */
export interface ShownRoomsView {
  id: string;
  use: "home" | "trios";
  at: string;
  rooms: Array<PeopleRoomView>;
  late: Array<string>;
}

/** The groups that participants see. Undoing the event ``id`` removes them. */
export interface ShownRoundView {
  id: string;
  title: string;
  at: string;
  groups: Array<ShownGroupView>;
}

/** Do not send a ``prepared`` message. ``text`` is the message, for the record. */
export interface SkipMessage {
  prepared: string;
  text?: string;
}

/** The options of a choice, or the rows of a table, that come from other answers. */
export interface SourceView {
  options?: Array<OptionView> | null;
  rows?: Array<OptionView> | null;
}

/** Changed rows or options that come from other answers, by prompt address. */
export interface Sources {
  type: "sources";
  prompts: Record<string, SourceView>;
}

/**
 * Ask everyone a question with two to six options, or (without options) for a rating from 1 to 5. It closes the
 * poll before it.
 */
export interface StartPoll {
  text: string;
  options?: Array<string>;
}

/** A jurisdiction's postal code and name. */
export interface StateName {
  code: string;
  name: string;
}

/** What the person needs to take part, such as captions. It replaces what they wrote before; empty withdraws it. */
export interface StateNeed {
  text?: string;
}

/** A state's team: ``here`` of its ``people`` are present now; ``expected`` are invited or have been here. */
export interface StateTileView {
  code: string;
  name: string;
  status: TeamStatus;
  here: number;
  people: number;
  expected: number;
}

/** A state that may need help, and the reason in a sentence. */
export interface StuckView {
  state: string;
  sentence: string;
}

/** A person of the state to suggest where a name is asked for. ``role``: a title, or empty. */
export interface SuggestedPersonView {
  name: string;
  role: string;
}

/**
 * A table. ``rows`` is None if people add the rows. ``examples`` are about fixed rows. ``path``: the two columns
 * between which rows are drawn as stations. ``when_empty``: where a team adds the rows that come from its answers.
 * ``before``: it is filled out before the session.
 */
export interface TablePromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "table";
  columns: Array<TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView>;
  rows: Array<OptionView> | null;
  live: boolean;
  before: boolean;
  when_empty: string;
  expected_rows: number;
  max_rows: number;
  row_name: string;
  path: Array<string> | null;
  examples: Array<PublishedExampleView>;
}

/** A state's people, those who are here first, and its team code; empty without one. */
export interface TeamContactView {
  code: string;
  name: string;
  status: TeamStatus;
  help: string;
  team_code: string;
  members: Array<TeamMemberView>;
}

/** One state's view of the session. */
export interface TeamEvent {
  revealed: Array<string>;
  group: GroupView | null;
  rooms: Array<RoomOfPersonView>;
  messages: Array<NoticeView>;
  waiting: Array<WaitingPostView>;
  choice: number | null;
  asked_time: boolean;
  type: "team";
}

/** A person of a state: when they were last seen in the session and in which exercise, and how to reach them. */
export interface TeamMemberView {
  id: string;
  name: string;
  role: string;
  email: string;
  presence: PresenceStatus | "not here";
  seen_at: string | null;
  exercise: string;
}

/**
 * The status of a state's team, the one that needs attention first. Stuck: may need help. Expected: invited, and
 * no one has come although the session has begun. Away: people were here, and no one is now. Here: present,
 * without doing anything now. Active: did something lately. Invited: the session has not begun. Not invited: no
 * one was invited, and no one came.
 */
export type TeamStatus = "stuck" | "expected" | "away" | "here" | "active" | "invited" | "not invited";

/** The names of the teammates who are in the session now, without the page's own person. */
export interface TeammatesEvent {
  type: "teammates";
  names: Array<string>;
}

/** Plain-language findings for one field. */
export interface TextCheck {
  prompt: string;
  row: string;
  findings: Array<string>;
}

/** Free text of about ``words`` words. ``check``: the wording check to apply; ``suggest``: what to suggest. */
export interface TextPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  optional: boolean;
  kind: "text";
  words: number;
  check: "plain_language" | null;
  suggest: "people" | null;
}

/** A rated item to discuss. ``aloud`` is safe to read to participants. ``shown``: they see its chart. */
export interface TopicView {
  item: string;
  text: string;
  area: string;
  reason: string;
  aloud: string;
  shown: boolean;
}

/** Nothing of the message was stored. The page keeps its answers and sends them again. */
export interface Trouble {
  type: "trouble";
  message: string | null;
  sentence: string;
}

/** Undo an event (the subject is its id). Participants can undo only their own events. */
export interface Undo {
}

/** The value of a file prompt: the file's name, the digest of its content, and its size in bytes. */
export interface UploadedFile {
  name: string;
  sha256: string;
  size: number;
}

/** Answer a poll (the subject), or change the answer. ``choice`` counts from 0. */
export interface VoteInPoll {
  choice: number;
}

/** A post of the reader that waits for a facilitator. */
export interface WaitingPostView {
  id: string;
  text: string;
  at: string;
}

/** A question, or a reply to one, that participants see once a facilitator posts it. */
export interface WaitingQuestionView {
  id: string;
  text: string;
  state: string;
  at: string;
  is_reply: boolean;
}

/** The hello was accepted; form openings and the session's state follow. */
export interface Welcome {
  type: "welcome";
}

/** Post on a segment's board (the subject) for the author's state, or reply to a post (``parent``). */
export interface WritePost {
  text: string;
  parent?: string;
  signed?: boolean;
}

/** A teammate is writing in a field. It counts for a few seconds. */
export interface WritingEvent {
  type: "writing";
  who: string;
  exercise: string;
  prompt: string;
  row: string;
}

/** The team's field in which the person is writing. The page repeats it while they go on; nothing is stored. */
export interface WritingReport {
  type: "writing";
  exercise: string;
  prompt: string;
  row?: string;
}
