// Messages between browser and server. Written by docs/make_messages.py from the models; do not edit.

/** Why one answer is refused, in a sentence. */
export interface AnswerProblem {
  id: string;
  sentence: string;
}

/** A policy area and its items. */
export interface AreaView {
  id: string;
  title: string;
  intro: string;
  items: Array<ItemView>;
}

/** A page's question to a prompt's extension, and the rows that the page follows from now on. */
export interface Ask {
  type: "ask";
  message: string;
  prompt: string;
  asked: Record<string, any>;
  rows?: Array<string>;
}

/** A piece of a bar: what it stands for, in words, and how many. */
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

/** Go to a segment; the first begins the session. The subject is the segment's kind. */
export interface BeginSegment {
}

/** New and changed posts, and the ids of those that are ``gone``. ``whole``: these are all posts there are. */
export interface BoardEvent {
  type: "board";
  whole: boolean;
  posts: Array<PostView>;
  gone: Array<string>;
}

/** Say something to everybody. Undoing it takes it down. */
export interface Broadcast {
  text: string;
}

export type CellPromptView = TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView;

/** Give a segment (the subject) more minutes, or take some. */
export interface ChangeMinutes {
  minutes: number;
}

/**
 * Fields that were answered since, each with all its current answers. ``whole``: the fields are everything there
 * is, because something was erased. ``news`` names the prompts whose extension would now reply differently.
 */
export interface Changes {
  type: "changes";
  seq: number;
  erased: number;
  fields: Array<FieldAnswers>;
  checks: Array<TextCheck>;
  news: Array<string>;
  whole?: boolean;
  rows?: Record<string, Array<string>>;
}

/** One option, or ``many``. ``live``: options come from answers. ``other``: people may answer in their own words. */
export interface ChoicePromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "choice";
  options: Array<OptionView>;
  live: boolean;
  many: boolean;
  other: boolean;
}

/** A command's event is stored. */
export interface CommandDone {
  type: "done";
  id: string;
  at: string;
}

/** What became of a command: done, ``refused`` for good, or to be sent again ``later``, each in a sentence. */
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
  segment: BeginSegment;
  end: EndSession;
  minutes: ChangeMinutes;
  message: Broadcast;
  link: ShareLink;
  park: Park;
  parked_done: FinishParked;
  lock: Lock;
  reveal: Reveal;
  show: ShowPicture;
  feature: FeatureExample;
  groups: FormGroups;
  undo: Undo;
  post: WritePost;
  react: React;
  moderate: Moderate;
}

/** The current answers of a form. ``rows`` lists each table's row ids in the order of their first answer. */
export interface CurrentAnswers {
  seq: number;
  erased: number;
  rows: Record<string, Array<string>>;
  fields: Array<FieldAnswers>;
  checks: Array<TextCheck>;
  room: ExerciseState | null;
}

/** A day. */
export interface DatePromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "date";
}

/** A depth that asks for more than the one before, and what it costs. */
export interface DepthOption {
  id: string;
  label: string;
  count: number;
  unit: "item" | "question";
  minutes: number;
}

/** End the session. Answers can still be given; going to a segment again takes it up again. */
export interface EndSession {
}

/** A featured example; ``state`` is None where its state stays unnamed. ``facts`` are pairs of label and words. */
export interface ExampleView {
  id: string;
  state: string | null;
  title: string;
  area: string;
  facts: Array<[string, string]>;
}

/** All featured examples. */
export interface ExamplesEvent {
  type: "examples";
  items: Array<ExampleView>;
}

/**
 * The live session's state of one exercise. ``rated`` of ``team`` people have rated; ``spread`` is the rating
 * distribution by prompt and item, empty until it is revealed. With ``message`` it answers a reveal request, and
 * ``problem`` says why that was refused.
 */
export interface ExerciseState {
  type: "room";
  locked?: boolean;
  revealed?: boolean;
  rated?: number;
  team?: number;
  spread?: Record<string, Record<string, ItemSpreadView>>;
  message?: string;
  problem?: string;
}

/** The static definition of an exercise. */
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
  roles: Array<string>;
  limits: FormLimits;
  prompts: Array<TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView | TablePromptView | ItemsPromptView | QuestionsPromptView | ProgramsPromptView>;
}

/** A prompt extension's reply, or the problem in a sentence. */
export interface ExtensionReply {
  type: "told";
  message: string;
  prompt: string;
  told?: Record<string, any> | null;
  problem?: string | null;
}

/**
 * Put a state's example on every page, or take it off. The subject is ``state/exercise/row``. What is shown of it
 * is decided each time anew by its rung on the sharing ladder.
 */
export interface FeatureExample {
  featured?: boolean;
}

/** Every current answer of one field; several when a team has not settled. */
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

/** A file with one of these endings, of at most ``largest`` bytes. */
export interface FilePromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "file";
  accepts: Array<string>;
  largest: number;
}

/** How many bytes of a file have arrived; or its ``value`` to save; or why it is refused. */
export interface FileReply {
  type: "file";
  upload: string;
  have?: number | null;
  value?: UploadedFile | null;
  problem?: string | null;
}

/** Somebody has come back to what was parked (the subject). */
export interface FinishParked {
}

/** A message of one form. */
export interface FormFrame {
  type: "form";
  exercise: string;
  message: Record<string, any>;
}

/** Put states into breakout groups and show them to participants. */
export interface FormGroups {
  title: string;
  groups: Array<GroupOf>;
}

/** A form of the page: opened for the first time (``have`` None), or back. */
export interface FormHello {
  exercise: string;
  have?: Have | null;
}

/** How many characters a text and a name may have. */
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

/** A breakout group as it is kept. */
export interface GroupOf {
  number: number;
  states: Array<string>;
  area?: string;
  reason?: string;
}

/** A state's breakout group in a round. */
export interface GroupView {
  round: number;
  number: number;
  title: string;
  area: string;
  reason: string;
  states: Array<StateName>;
}

/** How much a form has received: the newest response (``seq``) and the count of erasures. */
export interface Have {
  seq: number;
  erased?: number;
}

/** A form was opened (``have`` None) or its connection is back. */
export interface Hello {
  type: "hello";
  have?: Have | null;
}

/** How a team rated one item: how many chose each point, once two have ``rated``, and teammates' unsigned notes. */
export interface ItemSpreadView {
  rated: number;
  points: Record<string, number>;
  notes: Array<string>;
}

/** An item of the instrument, to be rated. */
export interface ItemView {
  id: string;
  text: string;
  depth: "essential" | "standard" | "full";
  scale: Array<ScalePointView>;
  guiding_questions: Array<string>;
  evidence: Array<string>;
  roles: Array<string>;
  role_ids: Array<string>;
}

/** Items to rate. ``together`` are the columns that a team answers once its ratings are revealed. */
export interface ItemsPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "items";
  note_words: number;
  areas: Array<AreaView>;
  together: Array<TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView>;
}

export type JsonValue = any;

/** A link that a facilitator shared. */
export interface LinkView {
  id: string;
  text: string;
  url: string;
}

/** Close an exercise (the subject) to answers, or open it again. */
export interface Lock {
  locked: boolean;
}

/** Hide a post (the subject) from participants, put it on top of its board, or neither. */
export interface Moderate {
  hidden?: boolean;
  featured?: boolean;
}

/** One answer to save. ``base`` names the responses over which it was typed. */
export interface NewAnswer {
  id: string;
  prompt: string;
  row?: string;
  value?: any;
  base?: Array<string>;
}

/** The segment after the present one. */
export interface NextSegmentView {
  kind: string;
  title: string;
}

/** A facilitator's message to everybody. */
export interface NoticeView {
  id: string;
  text: string;
  at: string;
}

/** A number, perhaps a ``whole`` one, with its ``unit``. */
export interface NumberPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "number";
  whole: boolean;
  unit: string;
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
  type: "command";
}

export type PageFrame = PageHello | FormFrame | PageCommand | PresenceReport | Ping;

/** The first frame of each connection. */
export interface PageHello {
  type: "hello";
  protocol: number;
  content: string;
  forms?: Array<FormHello>;
}

/** The answer to a question. */
export interface PanelAnswer {
  type: "told";
  id: string;
  told: Record<string, any>;
}

/** A session command. */
export interface PanelCommand {
  id: string;
  kind: string;
  subject?: string;
  jurisdiction?: string | null;
  value?: Record<string, any>;
  type: "do";
}

/** Whether what the panel shows is up to date, or may be old because the store cannot be reached. */
export interface PanelFreshness {
  type: "seen";
  seen: boolean;
}

/** The panel was opened, or its connection is back. */
export interface PanelHello {
  type: "hello";
}

/** A question of those that this kind of panel answers. */
export interface PanelQuestion {
  type: "ask";
  id: string;
  about: string;
  asked?: Record<string, any>;
}

/** A command or a question that will never be taken as it is. ``id`` is None where the message had none. */
export interface PanelRefusal {
  type: "refused";
  id: string | null;
  sentence: string;
}

export type PanelReply = PanelUpdate | PanelFreshness | CommandDone | PanelAnswer | PanelRefusal | PanelTrouble;

export type PanelRequest = PanelHello | PanelCommand | PanelQuestion;

/** A command or a question that may be sent again. */
export interface PanelTrouble {
  type: "trouble";
  id: string | null;
  sentence: string;
}

/**
 * The view's top-level keys that have changed, and those that are ``gone``. ``whole``: there are no others.
 * ``now`` is the server's time.
 */
export interface PanelUpdate {
  type: "view";
  now: string;
  changed: Record<string, any>;
  gone: Array<string>;
  whole?: boolean;
}

/** Put something into the parking lot, to come back to it. */
export interface Park {
  text: string;
}

/** A person's name and role. */
export interface PersonPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "person";
}

/** The person in front of the page. ``role`` is a role's id. */
export interface PersonView {
  id: string;
  name: string;
  role: string;
}

/** A national picture, as it was released. ``alt`` is the picture in words. */
export interface PictureView {
  subject: string;
  title: string;
  counts: "states" | "ratings";
  rows: Array<BarRow>;
  alt: string;
}

/** All national pictures that participants see. */
export interface PicturesEvent {
  type: "pictures";
  items: Array<ShownPicture>;
}

/** Is the line alive? */
export interface Ping {
  type: "ping";
}

/** The line is alive. */
export interface Pong {
  type: "pong";
}

/** A post of a board as one person sees it. ``who`` is its author's name, where it is signed. */
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
  reactions: Record<string, ReactionView>;
}

/** The exercise that has the focus, and whether something was typed since the last report. */
export interface PresenceReport {
  type: "presence";
  exercise?: string;
  active?: boolean;
}

/** A list of programs to map. ``sub_clusters`` lists the ids of each Cluster's Sub-Clusters. */
export interface ProgramsPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "programs";
  columns: Array<TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView>;
  sub_clusters: Record<string, Array<string>>;
}

export type PromptView = TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView | TablePromptView | ItemsPromptView | QuestionsPromptView | ProgramsPromptView;

/** An open question of the instrument. */
export interface QuestionView {
  id: string;
  label: string;
  help: string;
  words: number;
  depth: "essential" | "standard" | "full";
}

/** Open questions. */
export interface QuestionsPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "questions";
  questions: Array<QuestionView>;
}

/** A point on a scale. */
export interface RatingPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "rating";
  scale: Array<ScalePointView>;
}

/** React to a post (the subject), or take the reaction back. */
export interface React {
  reaction: Reaction;
  on?: boolean;
}

/** How people react to a post, in words rather than pictures alone. */
export type Reaction = "same_here" | "helpful" | "tell_more";

/** How many people reacted, and whether the reader is one of them. */
export interface ReactionView {
  count: number;
  mine: boolean;
}

/** What became of one answer. ``others`` are the other current answers of its field, when it is in conflict. */
export interface ReceiptView {
  id: string;
  seq: number;
  at: string;
  status: "saved" | "duplicate" | "conflict";
  others: Array<ResponseView>;
}

/** These answers will never be taken as they are; others of the message are acknowledged by ``saved``. */
export interface Refused {
  type: "refused";
  message: string;
  problems: Array<AnswerProblem>;
}

/** The page is of another version, or shows other content: it loads again when its person pauses. */
export interface Reload {
  type: "reload";
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

/**
 * Show teams how their own ratings in an exercise (the subject) spread: one state's team, or all of them. What has
 * been seen cannot be unseen: hiding it again only clears the page. A team's form asks for it once two have rated.
 */
export interface Reveal {
  revealed?: boolean;
}

/** A team member asks to see the team's rating distribution. */
export interface RevealRequest {
  type: "reveal";
  message: string;
}

/** ``now`` is the server's time, by which pages set their clocks. */
export interface RoomEvent {
  segment: SegmentView | null;
  next: NextSegmentView | null;
  began: string | null;
  ended: string | null;
  message: NoticeView | null;
  messages: Array<NoticeView>;
  links: Array<LinkView>;
  locked: Array<string>;
  type: "room";
  now: string;
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

/** A point of a rating scale, and in ``text`` what it looks like in practice. */
export interface ScalePointView {
  value: number;
  label: string;
  text?: string;
}

/** The present segment. ``since`` and ``ends_at`` are None before the session begins. */
export interface SegmentView {
  kind: string;
  title: string;
  minutes: number;
  since: string | null;
  ends_at: string | null;
}

export type ServerFrame = Welcome | Reload | CommandResult | Pong | FormReplyFrame | RoomEvent | TeamEvent | ExamplesEvent | PicturesEvent | BoardEvent;

/** Give everybody a link, with words that say what it is. */
export interface ShareLink {
  text: string;
  url: string;
}

/**
 * Let participants see a national picture (the subject: ``areas``, or an item's id), or hide it again. ``picture``
 * is what they see, as ``insights.suppression`` released it: it stays as it was when it was shown.
 */
export interface ShowPicture {
  shown?: boolean;
  picture?: JsonValue;
}

/** A national picture by its subject. */
export interface ShownPicture {
  id: string;
  picture: PictureView;
}

/** The options of a choice, or the rows of a table, that come from other answers. */
export interface SourceView {
  options?: Array<OptionView> | null;
  rows?: Array<OptionView> | null;
}

/** Rows or options that come from other answers, by prompt address, where they changed. */
export interface Sources {
  type: "sources";
  prompts: Record<string, SourceView>;
}

/** A jurisdiction, by its postal code and its name. */
export interface StateName {
  code: string;
  name: string;
}

/** A table. ``rows`` is None where people add rows. */
export interface TablePromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "table";
  columns: Array<TextPromptView | ChoicePromptView | RatingPromptView | NumberPromptView | DatePromptView | PersonPromptView | FilePromptView>;
  rows: Array<OptionView> | null;
  live: boolean;
  expected_rows: number;
  max_rows: number;
  row_name: string;
}

/** One state's view of the session. */
export interface TeamEvent {
  revealed: Array<string>;
  group: GroupView | null;
  type: "team";
}

/** Plain-language findings for one field. */
export interface TextCheck {
  prompt: string;
  row: string;
  findings: Array<string>;
}

/** Free text of about so many ``words``. ``check``: what findings about the wording are shown, if any. */
export interface TextPromptView {
  id: string;
  label: string;
  help: string;
  scope: "team" | "person";
  depth: "essential" | "standard" | "full";
  kind: "text";
  words: number;
  check: "plain_language" | null;
}

/** Nothing of the message was kept; the page keeps its words and sends them again. */
export interface Trouble {
  type: "trouble";
  message: string | null;
  sentence: string;
}

/** Undo what was done (the subject: an event's id). Participants undo only what they did themselves. */
export interface Undo {
}

/** The value of a file prompt: what the file is called, a digest of what it holds, and its size in bytes. */
export interface UploadedFile {
  name: string;
  sha256: string;
  size: number;
}

/** The hello was understood; openings and the session's state follow. */
export interface Welcome {
  type: "welcome";
}

/** Post on a segment's board (the subject), for one's state; or reply to a post (``parent``). */
export interface WritePost {
  text: string;
  parent?: string;
  signed?: boolean;
}
