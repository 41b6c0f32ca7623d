import type { Generated } from 'kysely'

declare module '../../../../base/server/database.ts' {
  interface Database {
    /** One for each terminal: its piece stream, and how much of it is where. */
    recording: {
      terminal_id: string
      /** Whose terminal it is, and on which server: rows of search are narrowed by them. */
      operator_id: string
      server_id: string | null
      /** When its milliseconds begin. */
      started_at: Date
      columns: number
      rows: number
      /** 'broken': it could not be written any more; what is there is whole and verifies. */
      state: Generated<'recording' | 'complete' | 'interrupted' | 'broken' | 'removed'>
      /** Bytes of the stream in closed segments. */
      closed_length: Generated<number>
      /** Bytes of the stream in chunks; what comes after is in live files. */
      packed_length: Generated<number>
      /** Bytes of all chunks and snapshots, as stored. */
      stored_bytes: Generated<number>
      /** Milliseconds of the last piece of the last closed segment. */
      duration_milliseconds: Generated<number>
      /** Output bytes in closed segments. */
      output_bytes: Generated<number>
      closed_at: Date | null
      /** Bytes of the stream whose screens are kept, and of those screens as stored. */
      screened_length: Generated<number>
      snapshot_bytes: Generated<number>
      /** Characters of text kept for search. */
      text_characters: Generated<number>
      /** Bytes of the stream read for commands, how many were found, and whether that is all. */
      commands_length: Generated<number>
      command_count: Generated<number>
      are_commands_whole: Generated<boolean>
      /** How the names of its blobs end: other ones take their place when segments are removed. */
      blobs: Generated<string>
    }
    /** What the journal holds the hash of: at most 64 KiB of the stream, always whole pieces. */
    recording_segment: {
      terminal_id: string
      no: number
      start_offset: number
      length: number
      /** Of the piece before its first one, and of its last one. */
      from_milliseconds: number
      to_milliseconds: number
      output_bytes: number
      /** Of the stream's bytes. */
      sha256: Buffer
    }
    /** Segments compressed together. */
    recording_chunk: {
      terminal_id: string
      start_offset: number
      length: number
      from_milliseconds: number
      blob_offset: number
      blob_length: number
    }
    /** The screen as it was after a piece, so that seeking never replays from the start. */
    recording_snapshot: {
      terminal_id: string
      /** Bytes of the stream the screen has seen. */
      stream_offset: number
      at_milliseconds: number
      columns: number
      rows: number
      blob_offset: number
      blob_length: number
    }
    /** Segments that follow each other and whose bytes are gone. */
    recording_removal: {
      terminal_id: string
      from_no: number
      to_no: number
      start_offset: number
      end_offset: number
      from_milliseconds: number
      to_milliseconds: number
      /** Size of the screen behind them. */
      columns: number
      rows: number
      removed_at: Date
      why: string
    }
    /** A recording segments are being removed from, and how the names of those blobs end that nothing may be left of. */
    recording_leftover: {
      terminal_id: string
      blobs: string
    }
    /** What was on the screen while a segment was recorded. */
    recording_text: {
      terminal_id: string
      operator_id: string
      server_id: string | null
      segment_no: number
      /** In the order of drawing. */
      seq: Generated<number>
      characters: number
      /** The lines, and when and where each stood: search/shown-text.ts. */
      shown: Buffer
    }
    /** Which texts can hold what: the signatures of granules, search/signature.ts. */
    recording_text_block: {
      /** Of its last text. */
      to_seq: number
      /** Of the signatures: search/signature.ts. */
      layer: number
      /** In layer 0 the first text of each granule, else empty; PostgreSQL gives arrays of its int8 as texts. */
      granules: number[]
      bits: Buffer
    }
    /** Stretches of recordings that search does not know. */
    recording_gap: {
      terminal_id: string
      operator_id: string
      server_id: string | null
      from_milliseconds: number
      to_milliseconds: number
      why: 'too_much' | 'undrawn' | 'removed'
      /** How many lines are not kept, where that is known. */
      lines: number | null
    }
    /** What a person ran in a terminal. */
    terminal_command: {
      terminal_id: string
      no: number
      operator_id: string
      server_id: string | null
      at: Date
      /** From the start of the recording. */
      seconds: number
      text: string
      kind: 'shell' | 'repl'
      shell_depth: number | null
      exit_code: number | null
      source: 'integration' | 'screen' | 'both'
      /** What the screen showed, where it is not what the shell said. */
      disagreement: string | null
    }
  }
}
