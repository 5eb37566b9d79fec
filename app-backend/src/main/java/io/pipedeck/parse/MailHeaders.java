package io.pipedeck.parse;

import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.tika.metadata.Message;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.jspecify.annotations.Nullable;

/** What a mail says above its body, as text: people search for who wrote what and when. */
final class MailHeaders {
  private MailHeaders() {}

  static boolean isMail(Metadata metadata) {
    return metadata.getValues(Message.MESSAGE_FROM).length > 0;
  }

  /** What was sent along, as a paragraph: also what gives no text. */
  static Block attachments(List<String> names) {
    return new Block(
        Kind.PARAGRAPH, 0, Surrogates.repair("Attachments: " + String.join(", ", names)));
  }

  /** The subject as heading and a paragraph for each other header; empty if it isn't a mail. */
  static List<Block> of(Metadata metadata) {
    @Nullable String from = join(metadata.getValues(Message.MESSAGE_FROM));
    if (from == null) {
      return List.of();
    }
    List<Block> blocks = new ArrayList<>();
    @Nullable String subject = metadata.get(TikaCoreProperties.SUBJECT);
    if (subject == null) {
      subject = metadata.get(TikaCoreProperties.TITLE);
    }
    if (subject != null && !subject.isBlank()) {
      blocks.add(new Block(Kind.HEADING, 1, Surrogates.repair(subject)));
    }
    add(blocks, "From", from);
    add(blocks, "To", join(metadata.getValues(Message.MESSAGE_TO)));
    add(blocks, "Cc", join(metadata.getValues(Message.MESSAGE_CC)));
    add(blocks, "Date", metadata.get(TikaCoreProperties.CREATED));
    return blocks;
  }

  private static void add(List<Block> blocks, String name, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      blocks.add(new Block(Kind.PARAGRAPH, 0, Surrogates.repair(name + ": " + value)));
    }
  }

  private static @Nullable String join(String[] values) {
    return values.length == 0 ? null : String.join(", ", values);
  }
}
