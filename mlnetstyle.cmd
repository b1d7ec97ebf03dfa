@echo off
rem The program: builds what changed, then runs.
setlocal
set DOTNET_NOLOGO=1
set ORT_DISABLE_TELEMETRY=1
where dotnet >nul 2>nul || (echo error: the .NET SDK is missing: install the .NET 10 SDK and run this again. 1>&2 & exit /b 1)
pushd "%~dp0"
dotnet build src\Samples -c Release -v quiet -clp:NoSummary 1>&2 || (popd & exit /b 1)
popd
dotnet "%~dp0src\Samples\bin\Release\net10.0\mlnetstyle.dll" %*
exit /b %errorlevel%
