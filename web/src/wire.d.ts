// Generated from venue/wire*.py by tools/wire_types.py.  Do not edit.

export type Privacy = "private" | "unlisted" | "public";

export type BroadcastWanted = "off" | "prepared" | "preflight" | "live" | "ended";

export type BroadcastStage = "off" | "preparing" | "prepared" | "checking" | "ready" | "starting" | "live" | "stopped" | "ending" | "ended" | "clearing";

export type BroadcastVerdict = "none" | "good" | "warning" | "bad" | "down";

export type RemarkSubject = "chat" | "post" | "captions" | "link" | "text" | "flags" | "details" | "thumbnail" | "start" | "channel" | "kept";

/** What there is to say of a broadcast beside its verdict, as ``code`` and ``params`` of one. */
export interface RemarkView {
  readonly about: RemarkSubject;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export type CheckName = "sign_in" | "quota" | "privacy" | "key" | "target" | "tone" | "active" | "health" | "taken";

export type CheckState = "waiting" | "passed" | "failed";

/** One row of a preflight. */
export interface CheckView {
  readonly check: CheckName;
  readonly state: CheckState;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** One language on YouTube, for the desk. Neither key nor token is ever in it. */
export interface BroadcastView {
  readonly lang: string;
  readonly channel: string;
  readonly wanted: BroadcastWanted;
  readonly rehearsal: boolean;
  readonly stage: BroadcastStage;
  readonly privacy: Privacy;
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly programme: string;
  readonly scheduled_at: number | null;
  readonly picture: string;
  readonly watch_url: string | null;
  readonly embed_url: string | null;
  readonly studio_url: string | null;
  readonly lifecycle: string;
  readonly stream_status: string;
  readonly health: string;
  readonly issues: ReadonlyArray<string>;
  readonly verdict: BroadcastVerdict;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly viewers: number | null;
  readonly views: number | null;
  readonly busy: boolean;
  readonly output: string;
  readonly since: number | null;
  readonly remarks: ReadonlyArray<RemarkView>;
  readonly checks: ReadonlyArray<CheckView>;
}

/** A public link; it stands from the day the broadcast was prepared. */
export interface WatchView {
  readonly lang: string;
  readonly url: string;
  readonly embed: string;
  readonly live: boolean;
  readonly ended: boolean;
}

/** A channel that the session goes to, and whether somebody is signed in for it. */
export interface ChannelView {
  readonly channel: string;
  readonly langs: ReadonlyArray<string>;
  readonly id: string;
  readonly title: string;
  readonly verdict: BroadcastVerdict;
  readonly code: string;
  readonly granted_at: number | null;
  readonly expires_at: number | null;
  readonly checked_at: number | null;
}

/** Today's units of YouTube's interface, for all channels and sessions together. */
export interface QuotaView {
  readonly used: number;
  readonly daily: number;
  readonly reserve: number;
  readonly needed: number;
  readonly resets_at: number;
  readonly verdict: BroadcastVerdict;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** The session on YouTube; all but ``watch`` is for desks only. */
export interface YouTubeView {
  readonly panic: boolean;
  readonly broadcasts: ReadonlyArray<BroadcastView>;
  readonly watch: ReadonlyArray<WatchView>;
  readonly channels: ReadonlyArray<ChannelView>;
  readonly quota: QuotaView | null;
}

/** Somebody who sits in a booth. */
export interface InterpreterView {
  readonly seat: string;
  readonly name: string;
  readonly ready: boolean;
  readonly online: boolean;
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly relay: string;
  readonly taken_off: "lost" | "desk" | "restored" | null;
  readonly link: "none" | "good" | "weak" | "lost";
}

/** The microphone is about to change hands. */
export interface HandoverView {
  readonly kind: "offer" | "request" | "lost";
  readonly by: string;
  readonly to: string | null;
  readonly expires_at: number;
  readonly declined: ReadonlyArray<string>;
}

/** An offer or a request that nobody agreed to. */
export interface UnheededView {
  readonly by: string;
  readonly cause: "declined" | "timeout";
  readonly at: number;
}

/** What hinders an interpreter. */
export interface BoothSignalView {
  readonly signal: string;
  readonly seat: string;
  readonly at: number;
}

/** One line of the private channel between a booth and the desk. */
export interface BoothMessageView {
  readonly author: string;
  readonly desk: boolean;
  readonly text: string;
  readonly at: number;
}

/** One booth; outsiders learn only whether it gives, and into what. */
export interface BoothView {
  readonly booth: string;
  readonly languages: ReadonlyArray<string>;
  readonly into: string | null;
  readonly state: "off" | "ready" | "on_air" | "muted";
  readonly active: string | null;
  readonly since: number | null;
  readonly silent_since: number | null;
  readonly handover: HandoverView | null;
  readonly unheeded: UnheededView | null;
  readonly interpreters: ReadonlyArray<InterpreterView>;
  readonly signals: ReadonlyArray<BoothSignalView>;
  readonly messages: ReadonlyArray<BoothMessageView>;
  readonly signing: boolean;
  readonly output: string | null;
}

export type TermKind = "term" | "person" | "place" | "body" | "acronym" | "work";

/** One entry of the glossary. */
export interface TermView {
  readonly entry: string;
  readonly version: number;
  readonly term: string;
  readonly says: Readonly<Record<string, string>>;
  readonly note: string;
  readonly kind: TermKind;
  readonly name: string;
}

export type ListState = "not_open" | "open" | "closed";

export type FloorState = "idle" | "calling" | "speaking" | "held";

export type HoldReason = "chair" | "disconnect" | "technical" | "point_of_order" | "interpretation";

export type Place = "remote" | "room";

export type Presence = "expected" | "online" | "away";

export type Tally = "off" | "next" | "on_air";

export type QuestionState = "pending" | "approved" | "shortlisted" | "next" | "live" | "answered" | "rejected" | "withdrawn";

export type OutputState = "ready" | "starting" | "running" | "degraded" | "retrying" | "failed" | "finished";

/** One item of the programme. */
export interface AgendaView {
  readonly at: string;
  readonly title: Readonly<Record<string, string>>;
}

/** What the session is; changes rarely. */
export interface SessionView {
  readonly id: string;
  readonly title: Readonly<Record<string, string>>;
  readonly languages: ReadonlyArray<string>;
  readonly starts_at: number | null;
  readonly timezone: string;
  readonly accent: string;
  readonly captions: ReadonlyArray<string>;
  readonly own_pictures: ReadonlyArray<string>;
  readonly agenda: ReadonlyArray<AgendaView>;
}

/** What the interpreters ask of the speaker; pages show it for some seconds. */
export interface AskedView {
  readonly signal: "slow_down" | "closer_to_microphone";
  readonly at: number;
}

/** Name, title and place in another language; empty: as they are. */
export interface SeatWordsView {
  readonly name: string;
  readonly title: string;
  readonly city: string;
  readonly country: string;
}

/** Whose turn it is; the clock is ``spoken_ms`` plus the time since ``running_since``. */
export interface CurrentTurnView {
  readonly turn: string;
  readonly seat: string;
  readonly short: string;
  readonly name: string;
  readonly title: string;
  readonly city: string;
  readonly country: string;
  readonly place: Place;
  readonly kind: string;
  readonly topic: string;
  readonly spoken_ms: number;
  readonly running_since: number | null;
  readonly limit_ms: number;
  readonly called_at: number;
  readonly held_reason: HoldReason | null;
  readonly language: string | null;
  readonly asked: AskedView | null;
  readonly words: Readonly<Record<string, SeatWordsView>>;
}

/** One waiting turn, in order. */
export interface QueuedTurnView {
  readonly turn: string;
  readonly seat: string;
  readonly short: string;
  readonly name: string;
  readonly city: string;
  readonly country: string;
  readonly place: Place;
  readonly kind: string;
  readonly topic: string;
  readonly requested_at: number;
  readonly first_time: boolean;
  readonly presence: Presence;
  readonly media_ready: boolean;
  readonly language: string | null;
}

/** The act that ``floor.undo`` would take back, until ``expires_at``. */
export interface UndoView {
  readonly command: string;
  readonly verb: string;
  readonly name: string;
  readonly expires_at: number;
}

/** The queue and the clock. */
export interface FloorView {
  readonly list: ListState;
  readonly floor: FloorState;
  readonly mode: "queue" | "panel_open" | "chair_only";
  readonly closing_at: number | null;
  readonly current: CurrentTurnView | null;
  readonly queue: ReadonlyArray<QueuedTurnView>;
  readonly chair_open: boolean;
  readonly undo: UndoView | null;
  readonly voice: string | null;
  readonly spoken: string | null;
}

/** What of a seat's media arrives. */
export interface MediaView {
  readonly camera: boolean;
  readonly microphone: boolean;
  readonly screen: boolean;
  readonly link: "none" | "good" | "weak" | "lost";
}

/** A place at the table. */
export interface SeatView {
  readonly seat: string;
  readonly short: string;
  readonly name: string;
  readonly title: string;
  readonly city: string;
  readonly country: string;
  readonly language: string;
  readonly role: string;
  readonly place: Place;
  readonly presence: Presence;
  readonly on_stage: boolean;
  readonly muted: boolean;
  readonly asked_to_unmute: boolean;
  readonly listening: string;
  readonly media: MediaView;
  readonly tally: Tally;
  readonly spelling: string;
}

/** A question as this viewer may see it. */
export interface QuestionView {
  readonly question: string;
  readonly version: number;
  readonly state: QuestionState;
  readonly text: string;
  readonly lang: string;
  readonly author: string;
  readonly country: string;
  readonly votes: number;
  readonly submitted_at: number;
  readonly mine: boolean;
  readonly voted: boolean;
  readonly reject_reason: string | null;
  readonly origin: string;
  readonly translations: Readonly<Record<string, string>>;
}

/** A target of the program; moderators and technicians only. The key is never in it. */
export interface OutputView {
  readonly output: string;
  readonly kind: "rtmp" | "hls" | "recording";
  readonly lang: string | null;
  readonly target: string;
  readonly state: OutputState;
  readonly sent_bytes: number;
  readonly retries: number;
  readonly error: string | null;
  readonly since: number | null;
  readonly trying: boolean;
}

/** A language that nobody interprets though a booth should. */
export interface MissedView {
  readonly lang: string;
  readonly since: number;
}

/** The picture and whether it is on air. */
export interface ProgramView {
  readonly scene: string;
  readonly layout: string;
  readonly stage: ReadonlyArray<string>;
  readonly on_air: boolean;
  readonly on_air_since: number | null;
  readonly languages: ReadonlyArray<string>;
  readonly engine: "down" | "starting" | "up";
  readonly streaming_lost_since: number | null;
  readonly missed: ReadonlyArray<MissedView>;
}

/** One line of captions. */
export interface CaptionView {
  readonly number: number;
  readonly text: string;
  readonly at: number;
}

/** The viewer. */
export interface YouView {
  readonly seat: string | null;
  readonly role: string;
  readonly name: string;
  readonly tally: Tally;
  readonly turn: string | null;
  readonly position: number | null;
  readonly listening: string;
  readonly muted: boolean;
  readonly asked_to_unmute: boolean;
  readonly may: ReadonlyArray<string>;
  readonly device: string | null;
  readonly booth: string | null;
  readonly line: ReadonlyArray<BoothMessageView>;
}

/** All that one viewer may know of one room. */
export interface View {
  readonly session: SessionView;
  readonly floor: FloorView;
  readonly seats: ReadonlyArray<SeatView>;
  readonly questions: ReadonlyArray<QuestionView>;
  readonly program: ProgramView;
  readonly outputs: ReadonlyArray<OutputView>;
  readonly booths: ReadonlyArray<BoothView>;
  readonly glossary: ReadonlyArray<TermView>;
  readonly captions: Readonly<Record<string, ReadonlyArray<CaptionView>>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly you: YouView | null;
  readonly youtube: YouTubeView | null;
}
