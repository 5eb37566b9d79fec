package io.pipedeck.ui.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.Problem;
import io.pipedeck.ui.contract.ContractStub.ReceivedUpload;
import io.pipedeck.ui.contract.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendingTest {
  @TempDir Path folder;

  private final Line line = new Line();
  private final TransfersViewModel transfers = new TransfersViewModel(line.connection, line.tasks);
  private final SendViewModel send = new SendViewModel(line.connection, line.tasks, transfers);

  @AfterEach
  void close() {
    line.close();
  }

  @Test
  void aDropOpensTheSheetAndSendsToQueueAndRealm() throws IOException {
    line.live();
    send.add(List.of(file("Ngā tuhinga \"final\".pdf", 70_000)));
    assertThat(send.openProperty().get()).isTrue();

    send.queueProperty().set(TargetQueue.SLOW);
    send.realmProperty().set("  te-reo ā ");
    send.send();

    assertThat(send.openProperty().get()).isFalse();
    ReceivedUpload received = line.stub.uploads().getFirst();
    assertThat(received.filename()).isEqualTo("Ngā tuhinga \"final\".pdf");
    assertThat(received.bytes()).isEqualTo(70_000);
    assertThat(received.queue()).isEqualTo("slow");
    assertThat(received.realm()).isEqualTo("te-reo ā");
    assertThat(transfers.transfers().getFirst().state()).isEqualTo(Transfer.State.ACCEPTED);
  }

  @Test
  void aBlankRealmIsNone() throws IOException {
    line.live();
    send.add(List.of(file("a.txt", 5)));
    send.realmProperty().set("   ");
    send.send();

    assertThat(line.stub.uploads().getFirst().realm()).isNull();
  }

  @Test
  void foldersAreWalkedAndWhatIsLeftOutSaysWhy() throws IOException {
    Path dropped = Files.createDirectories(folder.resolve("in/deep"));
    Files.writeString(dropped.resolve("b.txt"), "b");
    Files.writeString(folder.resolve("in/a.txt"), "a");
    Files.writeString(folder.resolve("in/.DS_Store"), "x");
    Files.writeString(folder.resolve("in/~$a.docx"), "x");
    Files.createDirectories(folder.resolve("in/.git"));
    Files.writeString(folder.resolve("in/.git/config"), "x");
    Files.createFile(folder.resolve("in/empty.txt"));

    send.add(List.of(folder.resolve("in"), folder.resolve("gone.pdf")));

    assertThat(send.files())
        .extracting(OutgoingFile::name, file -> file.folder().replace('\\', '/'))
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("a.txt", "in"),
            org.assertj.core.groups.Tuple.tuple("b.txt", "in/deep"));
    assertThat(send.leftOut())
        .extracting(LeftOut::reason)
        .containsExactlyInAnyOrder(LeftOut.Reason.EMPTY, LeftOut.Reason.UNREADABLE);
  }

  @Test
  void aSecondDropAddsToTheOpenSheetWithoutDoubles() throws IOException {
    Path a = file("a.txt", 1);
    send.add(List.of(a));
    send.add(List.of(a, file("b.txt", 1)));

    assertThat(send.files()).extracting(OutgoingFile::name).containsExactly("a.txt", "b.txt");
  }

  @Test
  void knownRealmsAreThereToComplete() {
    line.stub.add("x.pdf", Instant.EPOCH, job -> job.realm = "legal");
    line.stub.add("y.pdf", Instant.EPOCH, _ -> {});
    line.live();
    send.add(List.of(folder));

    assertThat(send.realms()).containsExactly("legal");
  }

  @Test
  void nothingToSendOrARealmTooLongStandsAgainstSending() throws IOException {
    send.add(List.of(folder));
    assertThat(send.whyNot()).isEqualTo(SendViewModel.WhyNot.NO_FILES);

    send.add(List.of(file("a.txt", 1)));
    assertThat(send.whyNot()).isEqualTo(SendViewModel.WhyNot.NOTHING);

    send.realmProperty().set("r".repeat(129));
    assertThat(send.whyNot()).isEqualTo(SendViewModel.WhyNot.REALM_TOO_LONG);
    send.send();
    assertThat(send.openProperty().get()).isTrue();
  }

  @Test
  void aRefusedUploadFailsOnTopWithItsCauseAndIsSentAgainUnderTheSameKey() throws IOException {
    line.live();
    line.stub.refuseWith(new Problem("about:blank", "", 413, "too_large", "", null, null, null));
    sendFiles("a.txt");
    line.stub.refuseWith(null);
    sendFiles("b.txt");

    Transfer failed = transfers.transfers().getFirst();
    assertThat(failed.file().name()).isEqualTo("a.txt");
    assertThat(failed.problemProperty().get()).extracting(Problem::code).isEqualTo("too_large");
    assertThat(transfers.failedProperty().get()).isEqualTo(1);

    transfers.retryAll();

    assertThat(failed.state()).isEqualTo(Transfer.State.ACCEPTED);
    assertThat(line.stub.uploads().getLast().key()).isEqualTo(failed.upload().idempotencyKey());
  }

  @Test
  void transfersWaitForTheConnectionAndGoOutWhenItIsThere() throws IOException {
    sendFiles("a.txt");
    assertThat(transfers.unfinishedProperty().get()).isEqualTo(1);
    assertThat(line.stub.uploads()).isEmpty();

    line.live();

    assertThat(line.stub.uploads()).hasSize(1);
    assertThat(transfers.unfinishedProperty().get()).isZero();
  }

  @Test
  void anUploadThatBreaksOffIsTriedAgainByItselfAndGivesUpInTheEnd() throws IOException {
    line.live();
    line.stub.goAway();
    sendFiles("a.txt");
    Transfer transfer = transfers.transfers().getFirst();
    assertThat(transfer.state()).isEqualTo(Transfer.State.WAITING);

    line.tasks.advance(Duration.ofSeconds(20));

    assertThat(transfer.state()).isEqualTo(Transfer.State.FAILED);
    assertThat(transfer.problemProperty().get()).extracting(Problem::code).isEqualTo("unreachable");
  }

  @Test
  void aFileThatWentAwaySinceTheDropSaysSo() throws IOException {
    line.live();
    Path file = file("a.txt", 3);
    send.add(List.of(file));
    Files.delete(file);
    send.send();

    assertThat(transfers.transfers().getFirst().problemProperty().get())
        .extracting(Problem::code)
        .isEqualTo("file_gone");
  }

  @Test
  void onlyAFewAreSentAtOnce() throws IOException {
    line.live();
    line.tasks.hold();
    send.add(List.of(file("x.txt", 1)));
    line.tasks.stopHolding();
    while (line.tasks.held() > 0) {
      line.tasks.release();
    }
    for (int i = 0; i < 9; i++) {
      send.add(List.of(file("f" + i + ".txt", 1)));
    }
    line.tasks.hold();
    send.send();

    assertThat(transfers.transfers())
        .filteredOn(transfer -> transfer.state() == Transfer.State.SENDING)
        .hasSize(3);
    while (line.tasks.held() > 0) {
      line.tasks.release();
    }
    assertThat(transfers.acceptedProperty().get()).isEqualTo(10);
  }

  @Test
  void aThousandFilesAreTakenInAndAcceptedAreCleared() throws IOException {
    IntStream.range(0, 1000).forEach(i -> write("f" + i + ".txt"));
    line.live();
    send.add(List.of(folder));
    assertThat(send.files()).hasSize(1000);

    send.send();
    assertThat(transfers.acceptedProperty().get()).isEqualTo(1000);

    transfers.clearAccepted();
    assertThat(transfers.transfers()).isEmpty();
  }

  private void sendFiles(String... names) throws IOException {
    for (String name : names) {
      send.add(List.of(file(name, 10)));
    }
    send.send();
  }

  private Path file(String name, int bytes) throws IOException {
    return Files.writeString(folder.resolve(name), "x".repeat(bytes));
  }

  private void write(String name) {
    try {
      file(name, 1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
