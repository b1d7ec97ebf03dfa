using MLNetStyle;
using MLNetStyle.Web;

StyleServiceOptions options = new();
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Configuration.GetSection("Style").Bind(options);
if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls("http://127.0.0.1:5080");
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = options.MaxUploadBytes);

StyleService service;
try
{
    service = new StyleService(options);
}
catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

using (service)
{
    WebApplication app = builder.Build();
    app.MapGet("/health", () => "ready");
    app.MapPost("/stylize", Stylize);
    app.Run();
}
return 0;

// The body is the picture file; the answer is a PNG, or a line that says what is wrong.
async Task<IResult> Stylize(HttpRequest request, CancellationToken aborted)
{
    try
    {
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, aborted);
        return Results.Bytes(await service.PaintAsync(body.ToArray(), aborted), "image/png");
    }
    catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
    {
        return Text($"The upload is larger than {options.MaxUploadBytes} bytes.", e.StatusCode);
    }
    catch (ImageReadException e)
    {
        return Text(e.Message, StatusCodes.Status400BadRequest);
    }
    catch (QueueFullException e)
    {
        request.HttpContext.Response.Headers.RetryAfter = "10";
        return Text(e.Message, StatusCodes.Status503ServiceUnavailable);
    }
    catch (TimeoutException e)
    {
        return Text(e.Message, StatusCodes.Status504GatewayTimeout);
    }
    catch (OperationCanceledException) when (aborted.IsCancellationRequested)
    {
        return Results.Empty; // nobody is there to read an answer
    }
}

static IResult Text(string message, int code) => Results.Text(message + "\n", statusCode: code);
