package io.pipedeck.parse;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.pipedeck.api.ErrorCode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a parser process says: once that it is ready, then to each request any number of pages and
 * texts and one of the rest.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Reply.Ready.class, name = "ready"),
  @JsonSubTypes.Type(value = Reply.PageBegins.class, name = "page"),
  @JsonSubTypes.Type(value = Reply.Recognises.class, name = "recognises"),
  @JsonSubTypes.Type(value = Reply.Text.class, name = "text"),
  @JsonSubTypes.Type(value = Reply.Done.class, name = "done"),
  @JsonSubTypes.Type(value = Reply.Counted.class, name = "counted"),
  @JsonSubTypes.Type(value = Reply.Failed.class, name = "failed")
})
sealed interface Reply {
  /** It has started and takes requests; the time before is no document's. */
  record Ready() implements Reply {}

  /** A page begins, so that its reader can say how far it is. */
  record PageBegins(int page, int of) implements Reply {}

  /** A page is about to be read by text recognition, which has a deadline of its own. */
  record Recognises(int page) implements Reply {}

  /** Blocks of one page; several in a row may belong to the same page. */
  record Text(@Nullable Integer page, List<ParsedDocument.Block> blocks) implements Reply {}

  /** All text was sent. */
  record Done(
      String mediaType,
      @Nullable Integer pageCount,
      @Nullable String title,
      @Nullable String author,
      @Nullable Instant created,
      @Nullable Instant modified,
      int embedded,
      List<String> warnings)
      implements Reply {}

  /** How many pages; null if the document isn't a readable PDF. */
  record Counted(@Nullable Integer pages) implements Reply {}

  /** Nothing came of it; the message is for the document's owner. */
  record Failed(ErrorCode code, String message) implements Reply {}
}
