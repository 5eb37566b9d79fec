package io.pipedeck.ui.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Json;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Jobs as an operator sees them on a usual day, in each of their states. */
public final class Documents {
  private static final String SUMMARY =
      "The agreement covers maintenance of the pumping stations north of the river until June 2029. "
          + "The contractor answers within four hours on weekdays and eight on weekends. "
          + "Prices follow the published index and are settled every quarter. "
          + "Either side may end it with six months' notice.";

  private Documents() {}

  /** A list with every state in it, the newest created at {@code now}. */
  public static void aUsualDay(ContractStub stub, Instant now) {
    String[] names = {
      "Quarterly report 2026-Q3.pdf",
      "Maintenance agreement pumping stations (signed, final version 4).pdf",
      "Board minutes 2026-11-17.docx",
      "Invoice 20261123-0447.pdf",
      "Hui taumata – ngā tuhinga.pdf",
      "Supplier ratings.xlsx",
      "Customer letter Müller & Söhne.odt",
      "Site survey with maps.pdf",
      "Archive scan 1987-04.pdf",
      "Onboarding handbook.html",
      "Payroll November.pdf",
      "Tender 88-2026 annex C.pdf",
      "Press release draft.md",
      "Risk register.csv",
      "Network plan.pptx",
      "Lease contract harbour office.pdf",
      "Claims statistics.pdf",
      "Terms of reference.rtf"
    };
    String[] realms = {"finance-team", "legal", "operations", null, "finance-team"};
    for (int i = 0; i < 54; i++) {
      String realm = realms[i % realms.length];
      int place = i;
      stub.add(
          names[i % names.length],
          now.minusSeconds(20L + i * (long) i * 7),
          job -> {
            job.realm = realm;
            job.queue = place % 7 == 0 ? "urgent" : place % 5 == 0 ? "slow" : "default";
            job.sizeBytes = 18_000L + 91_337L * place;
            state(place).accept(job);
          });
    }
  }

  private static Consumer<StubJob> state(int place) {
    return switch (place) {
      case 0, 1, 2 -> Documents::queued;
      case 3 -> running("embed", 62, "chunk 31 of 50");
      case 4 -> running("parse", 12, "page 29 of 240");
      case 6 -> failed(ErrorCode.ENCRYPTED_DOCUMENT, "The document needs a password to be opened.");
      case 9 -> failed(ErrorCode.TIMEOUT, "Stage parse exceeded 30 min; parser process was ended.");
      case 12 -> job -> ended(job, JobStatus.CANCELED, 0.4);
      default -> Documents::finished;
    };
  }

  /** Waits. */
  public static void queued(StubJob job) {
    job.status = JobStatus.QUEUED;
    job.waiting = new JobView.Waiting("behind_others", 2, 40L, null);
  }

  /** Runs, that far. */
  public static Consumer<StubJob> running(String stage, int percent, String detail) {
    return job -> {
      job.status = JobStatus.RUNNING;
      job.attempt = 1;
      job.waiting = null;
      job.worker = "w-7f3a91";
      job.startedAt = job.createdAt.plusMillis(840);
      job.progress = new JobView.Progress(stage, percent, detail, job.createdAt.plusSeconds(2));
    };
  }

  /** Ended well, with a result. */
  public static void finished(StubJob job) {
    ended(job, JobStatus.FINISHED, 6.42);
    job.result = result();
  }

  /** Ended badly. */
  public static Consumer<StubJob> failed(ErrorCode code, String error) {
    return job -> {
      ended(job, JobStatus.FAILED, 1.2);
      job.errorCode = code;
      job.error = error;
    };
  }

  private static void ended(StubJob job, JobStatus status, double seconds) {
    job.status = status;
    job.attempt = 1;
    job.progress = null;
    job.waiting = null;
    job.startedAt = job.createdAt.plusMillis(840);
    job.finishedAt = job.startedAt.plusMillis(Math.round(seconds * 1000));
    job.attempts =
        List.of(
            new JobView.Attempt(
                1, "w-7f3a91", job.startedAt, job.finishedAt, status.wireName(), null, null));
  }

  private static ObjectNode result() {
    ObjectNode result = Json.mapper().createObjectNode();
    result.put("chunks", 34);
    result.put("embeddings", 34);
    result.put("summary", SUMMARY);
    result.put("duration_sec", 6.42);
    result.put("pages", 12);
    result.put("words", 4_812);
    result.put("language", "en");
    result.putArray("warnings").add("Pages 11 and 12 have no text; they are probably scanned.");
    var stages = result.putArray("stages");
    String[] names = {"parse", "clean", "chunk", "embed", "summarise"};
    double[] seconds = {1.82, 0.04, 0.06, 4.21, 0.29};
    for (int i = 0; i < names.length; i++) {
      stages.addObject().put("stage", names[i]).put("seconds", seconds[i]);
    }
    return result;
  }
}
