package io.pipedeck.parse;

import io.pipedeck.config.ParseConfig;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One parser process, seen from the backend. Used by one thread at a time. */
final class ParserProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ParserProcess.class);
  private static final int FRAMES_AHEAD = 16;
  private static final int STDERR_TAIL_BYTES = 4_096;

  /** A grandchild may hold the pipe open for longer. */
  private static final Duration LAST_WORDS_WITHIN = Duration.ofSeconds(1);

  /** What came over the pipe: a reply, or its end. */
  sealed interface Event {
    record Said(Reply reply) implements Event {}

    /** The process died or broke the protocol. */
    record Ended() implements Event {}
  }

  private final Process process;
  private final TempFolder temp;
  private final DataOutputStream requests;
  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(FRAMES_AHEAD);
  private final Thread reader;
  private final Thread errorReader;
  private final byte[] stderrTail = new byte[STDERR_TAIL_BYTES];
  private int documents;
  private boolean ready;

  private ParserProcess(Process process, TempFolder temp, long maxReplyBytes) {
    this.process = process;
    this.temp = temp;
    this.requests = new DataOutputStream(process.getOutputStream());
    this.reader =
        Thread.ofPlatform()
            .daemon()
            .name("parser-" + process.pid())
            .start(() -> readUntilEnd(maxReplyBytes));
    this.errorReader =
        Thread.ofPlatform()
            .daemon()
            .name("parser-" + process.pid() + "-stderr")
            .start(this::keepStderrTail);
  }

  /** Starts one; returns at once, while it is still warming up. */
  static ParserProcess start(ParseConfig config) throws IOException {
    TempFolder temp = TempFolder.create();
    try {
      var builder = new ProcessBuilder(command(config, temp.path()));
      // It needs none of the backend's secrets.
      builder.environment().keySet().removeIf(name -> !isHarmless(name));
      return new ParserProcess(builder.start(), temp, 8L * config.maxTextChars() + (1 << 20));
    } catch (IOException e) {
      temp.delete();
      throw e;
    }
  }

  private static List<String> command(ParseConfig config, Path temp) {
    List<String> command = new ArrayList<>(jvm(config, temp));
    command.addAll(List.of(NoNetwork.jvmOptions()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ParserMain.class.getName());
    return command;
  }

  private static List<String> jvm(ParseConfig config, Path temp) {
    return List.of(
        java(),
        // Little at first, and a young part that leaves the heap's rest to what a document needs.
        "-Xms48m",
        "-Xmn24m",
        "-Xmx" + config.heapMb() + "m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        // What the JVM itself says, as before such an exit, must not end up between the frames.
        "-XX:+DisplayVMOutputToStderr",
        "-XX:-UsePerfData",
        // One that waits for documents sleeps: the JVM's caretakers else wake it five times a
        // second.
        "-XX:+UnlockDiagnosticVMOptions",
        "-XX:AsyncDeflationInterval=5000",
        "-XX:ServiceThreadCleanupInterval=5000",
        "--enable-native-access=ALL-UNNAMED",
        "-Djava.awt.headless=true",
        "-Djava.io.tmpdir=" + temp,
        "-Djavax.xml.accessExternalDTD=",
        "-Djavax.xml.accessExternalSchema=",
        // The libraries' logs would name what is in documents; only damage is counted.
        "-Dorg.apache.commons.logging.LogFactory=org.apache.commons.logging.impl.LogFactoryImpl",
        "-Dorg.apache.commons.logging.Log=" + DamageLog.class.getName(),
        "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
        "-Dslf4j.internal.verbosity=ERROR",
        "-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory",
        "-Dorg.apache.logging.log4j.simplelog.level=OFF");
  }

  private static String java() {
    String name = isWindows() ? "java.exe" : "java";
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  private static boolean isHarmless(String name) {
    return switch (name) {
      case "PATH", "HOME", "LANG", "LC_ALL", "SystemRoot", "TZ", "TESSDATA_PREFIX" -> true;
      default -> false;
    };
  }

  private static boolean isWindows() {
    return File.separatorChar == '\\';
  }

  void ask(Request request) throws IOException {
    documents += request.isDocument() ? 1 : 0;
    Frames.write(requests, request);
  }

  /** What it says next, null if it says nothing for so long. */
  @Nullable Event next(Duration atMost) throws InterruptedException {
    return events.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether it has said that it takes requests. */
  boolean isReady() {
    return ready;
  }

  void markReady() {
    ready = true;
  }

  boolean isAlive() {
    return process.isAlive() && reader.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Documents it was asked for. */
  int documents() {
    return documents;
  }

  /** How the process ended; waits for it a moment and kills it if it is still there. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(1, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  /** The end of what it wrote to standard error, for the log; after {@link #exitCode()}. */
  String lastWords() throws InterruptedException {
    errorReader.join(LAST_WORDS_WITHIN);
    synchronized (stderrTail) {
      return new String(stderrTail, StandardCharsets.UTF_8).replace("\0", "").strip();
    }
  }

  /** Kills it, whatever it is doing. */
  @Override
  public void close() {
    // Text recognition first: it would outlive its parent.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    reader.interrupt();
    // The reader may have been interrupted before it could tell whoever waits for a reply.
    while (!events.offer(new Event.Ended())) {
      events.clear();
    }
  }

  /** Waits after {@link #close()}, two seconds at most, until its folder is deleted too. */
  void awaitEnd() {
    try {
      reader.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readUntilEnd(long maxReplyBytes) {
    readReplies(maxReplyBytes);
    process.destroyForcibly();
    process.onExit().join();
    temp.delete();
  }

  private void readReplies(long maxBytes) {
    try (var in = new DataInputStream(process.getInputStream())) {
      @Nullable Reply reply = Frames.read(in, Reply.class, maxBytes);
      while (reply != null) {
        events.put(new Event.Said(reply));
        reply = Frames.read(in, Reply.class, maxBytes);
      }
    } catch (IOException e) {
      LOG.debug("Parser process {} can't be read any more", process.pid(), e);
    } catch (InterruptedException e) {
      // close() ends the reading.
      return;
    }
    try {
      events.put(new Event.Ended());
    } catch (InterruptedException e) {
      LOG.trace("Parser process {} closed", process.pid(), e);
    }
  }

  private void keepStderrTail() {
    byte[] buffer = new byte[STDERR_TAIL_BYTES];
    try (InputStream in = process.getErrorStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        keep(buffer, read);
      }
    } catch (IOException e) {
      LOG.trace("Standard error of parser process {} closed", process.pid(), e);
    }
  }

  private void keep(byte[] buffer, int read) {
    synchronized (stderrTail) {
      System.arraycopy(stderrTail, read, stderrTail, 0, stderrTail.length - read);
      System.arraycopy(buffer, 0, stderrTail, stderrTail.length - read, read);
    }
  }
}
