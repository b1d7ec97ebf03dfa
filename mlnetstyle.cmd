@echo off
rem The program, on Windows in the nuget package mode: builds what changed, then runs.
setlocal
set DOTNET_NOLOGO=1
set MLNETSTYLE_BOOTSTRAPPED=1
where dotnet >nul 2>nul || (echo error: the .NET SDK is missing: install the .NET 10 SDK and run this again. 1>&2 & exit /b 1)
dotnet build "%~dp0src\Samples" -c Release -v quiet -clp:NoSummary 1>&2 || exit /b 1
dotnet "%~dp0src\Samples\bin\Release\net10.0\mlnetstyle.dll" %*
exit /b %errorlevel%
