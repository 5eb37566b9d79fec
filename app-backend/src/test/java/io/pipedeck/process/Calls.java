package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.stream.StreamSupport;

/** Calls a backend as any HTTP client would. */
final class Calls implements AutoCloseable {
  private static final Duration CALL = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  Calls(URI base) {
    this.base = base;
  }

  /** An answer. */
  record Answer(int status, HttpResponse<String> response) {
    JsonNode json() throws IOException {
      return Json.mapper().readTree(response.body());
    }

    String body() {
      return response.body();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** Its members in the order in which they stand. */
    List<String> members() throws IOException {
      return Calls.members(json());
    }

    /** Checks that this is a problem document as the contract has it; the document. */
    JsonNode problem(int status, String code) throws IOException {
      assertThat(body()).as("answer").isNotEmpty();
      assertThat(this.status).as(body()).isEqualTo(status);
      assertThat(header("Content-Type")).isEqualTo("application/problem+json");
      JsonNode problem = json();
      assertThat(Calls.members(problem))
          .startsWith("type", "title", "status", "code", "detail", "request_id");
      assertThat(problem.get("status").intValue()).isEqualTo(status);
      assertThat(problem.get("code").textValue()).isEqualTo(code);
      assertThat(problem.get("request_id").textValue()).hasSize(36);
      assertThat(body())
          .doesNotContain("Exception", "\\tat ", "SELECT ", "INSERT ", "/tmp", "io.pipedeck");
      return problem;
    }
  }

  static List<String> members(JsonNode object) {
    Iterator<String> names = object.fieldNames();
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(names, 0), false).toList();
  }

  HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(base + pathAndQuery)).timeout(CALL);
  }

  Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    return new Answer(response.statusCode(), response);
  }

  Answer get(String pathAndQuery) throws IOException, InterruptedException {
    return send(request(pathAndQuery).GET());
  }

  Answer method(String method, String pathAndQuery) throws IOException, InterruptedException {
    return send(request(pathAndQuery).method(method, BodyPublishers.noBody()));
  }

  /** A POST of this form to the enqueue call, with these headers, name after value. */
  Answer enqueue(Form form, String... headers) throws IOException, InterruptedException {
    return post("/pipeline/enqueue", form, headers);
  }

  Answer post(String pathAndQuery, Form form, String... headers)
      throws IOException, InterruptedException {
    var request =
        request(pathAndQuery)
            .header("Content-Type", form.contentType())
            .POST(BodyPublishers.ofByteArray(form.bytes()));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  /** Waits until the job has ended; the job. */
  JsonNode awaitEnd(String jobId) throws IOException, InterruptedException {
    return Await.value(
        "the end of job " + jobId,
        () -> get("/pipeline/status/" + jobId).json(),
        job -> List.of("finished", "failed", "canceled").contains(job.path("status").asText()));
  }

  @Override
  public void close() {
    http.close();
  }
}
