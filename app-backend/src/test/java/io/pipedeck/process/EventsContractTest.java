package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** {@code GET /pipeline/events}, read by hand. */
class EventsContractTest {

  @AfterAll
  static void theBackendMetNoBug() {
    SharedBackend.checkLog();
  }

  /** A frame's fields by name. */
  private record Frame(Map<String, String> fields) {
    String event() {
      return fields.getOrDefault("event", "");
    }

    String id() {
      return fields.getOrDefault("id", "");
    }

    JsonNode data() throws IOException {
      return Json.mapper().readTree(fields.get("data"));
    }

    /** Whether it tells of this job in this status. */
    boolean tells(String job, String status) {
      return event().equals("job")
          && fields.getOrDefault("data", "").contains("\"id\":\"" + job + "\"")
          && fields.getOrDefault("data", "").contains("\"status\":\"" + status + "\"");
    }
  }

  /** A stream of frames. */
  private static final class Stream implements AutoCloseable {
    private final Raw raw;
    private final List<String> head = new ArrayList<>();

    Stream(String lastId) throws IOException, InterruptedException {
      raw = new Raw(SharedBackend.url());
      raw.send("GET /pipeline/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n");
      raw.send((lastId.isEmpty() ? "" : "Last-Event-ID: " + lastId + "\r\n") + "\r\n");
      for (String line = raw.readLine(); !line.isEmpty(); line = raw.readLine()) {
        head.add(line);
      }
    }

    /** The next frame; chunk lengths, which stand between, have no colon. */
    Frame next() throws IOException {
      var fields = new LinkedHashMap<String, String>();
      while (true) {
        String line = raw.readLine();
        int colon = line.indexOf(':');
        if (colon > 0) {
          fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        } else if (fields.containsKey("data")) {
          return new Frame(fields);
        }
      }
    }

    List<Frame> until(Predicate<Frame> last) throws IOException {
      var frames = new ArrayList<Frame>();
      do {
        frames.add(next());
      } while (!last.test(frames.getLast()));
      return frames;
    }

    @Override
    public void close() throws IOException {
      raw.close();
    }
  }

  @Test
  void aJobIsFollowedToItsEnd() throws Exception {
    try (var stream = new Stream("")) {
      assertThat(stream.head.getFirst()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(stream.head).contains("Content-Type: text/event-stream");
      assertThat(stream.next().event()).isEqualTo("heartbeat");

      String id = enqueue("default");

      List<Frame> frames = stream.until(frame -> frame.tells(id, "finished"));
      List<Long> revisions = new ArrayList<>();
      for (Frame frame : frames) {
        if (frame.event().equals("job")) {
          assertThat(frame.id()).isNotEmpty();
          for (JsonNode job : frame.data().get("jobs")) {
            assertThat(Calls.members(job)).startsWith("id", "rev", "status");
            assertThat(job.toString()).hasSizeLessThanOrEqualTo(150);
            if (job.get("id").textValue().equals(id)) {
              revisions.add(job.get("rev").longValue());
            }
          }
        }
      }
      assertThat(revisions).isSorted().doesNotHaveDuplicates();
      Frame stats = stream.until(frame -> frame.event().equals("stats")).getLast();
      assertThat(Calls.members(stats.data()))
          .containsExactly("queued", "scheduled", "running", "finished", "failed", "canceled");
    }
  }

  @Test
  void aBrokenStreamGoesOnWhereItWas() throws Exception {
    String last;
    try (var stream = new Stream("")) {
      stream.next();
      String first = enqueue("for-nobody");
      last = stream.until(frame -> frame.tells(first, "queued")).getLast().id();
    }
    String meanwhile = enqueue("for-nobody");

    try (var stream = new Stream(last)) {
      List<Frame> frames = stream.until(frame -> frame.tells(meanwhile, "queued"));
      assertThat(frames).extracting(Frame::event).doesNotContain("reset");
    }
  }

  @Test
  void aStreamThatMissedTooMuchIsToldSo() throws Exception {
    for (String unknown : List.of("00000000-17", "nonsense", "-")) {
      try (var stream = new Stream(unknown)) {
        List<Frame> frames = stream.until(frame -> frame.event().equals("reset"));
        assertThat(frames).extracting(Frame::event).doesNotContain("job");
      }
    }
  }

  @Test
  void aQuietStreamGivesSignsOfLife() throws Exception {
    try (var stream = new Stream("")) {
      stream.until(frame -> frame.event().equals("heartbeat"));

      assertThat(stream.until(frame -> frame.event().equals("heartbeat"))).isNotEmpty();
    }
  }

  private static String enqueue(String queue) throws Exception {
    try (var calls = new Calls(SharedBackend.url())) {
      Form form = Form.ofFile("e.txt", "Whales sing. " + UUID.randomUUID()).field("queue", queue);
      return calls.enqueue(form).json().get("job_id").textValue();
    }
  }
}
